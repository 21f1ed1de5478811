package dev.kafkaevents.replay;

import java.io.PrintWriter;

/** How far a run has come, in one line of a terminal that is written again and again. */
final class Bar {
  private static final int WIDTH = 40;

  private final PrintWriter err;
  private final boolean shown;

  Bar(PrintWriter err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  void show(Replay.Report report) {
    if (shown) {
      int done =
          report.total() == 0
              ? WIDTH
              : (int) Math.min(WIDTH, WIDTH * report.passed() / report.total());
      err.printf(
          "\r[%s%s] %,d of %,d, %,d sent",
          "#".repeat(done),
          " ".repeat(WIDTH - done),
          report.passed(),
          report.total(),
          report.sent());
      err.flush();
    }
  }

  void end() {
    if (shown) {
      err.println();
    }
  }
}
