package dev.kafkaevents.examples.quickstart;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Shows how far the run is: in place on a terminal, and elsewhere with a line now and then. */
final class Progress implements AutoCloseable {
  private static final long TERMINAL_MILLIS = 100;
  private static final long ELSEWHERE_MILLIS = 10_000;

  private final Screen screen;
  private final Supplier<String> text;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "progress");

  Progress(Screen screen, Supplier<String> text) {
    this.screen = screen;
    this.text = text;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    String shown = "";
    try {
      while (!closed.await(
          screen.isTerminal() ? TERMINAL_MILLIS : ELSEWHERE_MILLIS, MILLISECONDS)) {
        String latest = text.get();
        if (screen.isTerminal()) {
          screen.inPlace(latest);
        } else if (!latest.equals(shown)) {
          screen.problem(latest);
          shown = latest;
        }
      }
    } catch (InterruptedException nobodyDoesThis) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when nothing more is shown. */
  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
