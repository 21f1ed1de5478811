package dev.kafkaevents.benchmarks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What the application does with a record. */
@FunctionalInterface
interface Work {
  Work NONE = index -> {};

  void on(int index);

  /**
   * Waits as for a database, and does nothing else. What comes before {@code first} is not waited
   * with.
   */
  static Work waitingFor(Duration time, int first) {
    long nanos = time.toNanos();
    return index -> {
      if (index < first) {
        return;
      }
      long end = System.nanoTime() + nanos;
      for (long left = nanos; left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    };
  }
}
