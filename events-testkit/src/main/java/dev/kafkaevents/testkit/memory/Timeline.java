package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * What time it is for an in-memory Kafka, and how its threads wait. Guarded by the broker's lock.
 */
interface Timeline {
  /** Milliseconds since 1970. */
  long millis();

  /** Nanoseconds since some moment. */
  long nanos();

  /**
   * Waits for a change since {@code seen}, or until it is {@code untilNanos}, and at times for
   * less. Before {@code mattersNanos} a time-out would only be followed by another such wait.
   */
  void await(Condition changed, long untilNanos, long mattersNanos, long seen)
      throws InterruptedException;

  /** Whether the calling thread has to see to it itself that time passes while it waits. */
  boolean mustBeDriven();

  /** Lets {@code time} pass at once. The caller signals who waits. */
  void advance(Duration time);

  /** How long a producer really waits for more records to send together. */
  long linger(long nanos);

  /** A thread of a client, not started. */
  Thread thread(String name, Runnable task);

  /** The machine's time, ahead by what it was advanced. */
  static Timeline machine() {
    return new Timeline() {
      private long ahead;

      @Override
      public long millis() {
        return System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(ahead);
      }

      @Override
      public long nanos() {
        return System.nanoTime() + ahead;
      }

      @Override
      @SuppressWarnings("WaitNotInLoop") // callers loop
      public void await(Condition changed, long untilNanos, long mattersNanos, long seen)
          throws InterruptedException {
        long left = untilNanos - nanos();
        if (left > 0) {
          long ignored = changed.awaitNanos(left);
        }
      }

      @Override
      public boolean mustBeDriven() {
        return false;
      }

      @Override
      public long linger(long nanos) {
        return nanos;
      }

      @Override
      public Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
      }

      @Override
      public void advance(Duration time) {
        ahead += time.toNanos();
      }
    };
  }
}
