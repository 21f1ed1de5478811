package dev.kafkaevents.examples.cluster;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What a demonstration shows, point by point: prints of each whether it happened, and knows at the
 * end whether all did. Used by one thread.
 */
public final class Checklist {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PrintStream out;
  private boolean allHold = true;

  /** Prints to {@code out}. */
  public Checklist(PrintStream out) {
    this.out = out;
  }

  /** Says that {@code what} happened, or with an exclamation mark that it did not. */
  public void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    allHold &= holds;
  }

  /** Waits until {@code what} happened, for a minute at most, and says so. */
  public void await(String what, BooleanSupplier holds) {
    long by = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < by) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    check(what, holds.getAsBoolean());
  }

  /** Says, and returns, whether all of it happened. */
  public boolean conclude() {
    out.println(allHold ? "\nAll of it happened." : "\nNOT all of it happened.");
    return allHold;
  }
}
