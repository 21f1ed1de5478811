package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Position;
import dev.kafkaevents.testkit.memory.Step.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * What time it is for an in-memory Kafka, and how its threads wait. Guarded by the broker's lock.
 */
interface Timeline {
  /** Milliseconds since 1970. */
  long millis();

  /** Nanoseconds since some moment. */
  long nanos();

  /** Waits for a change, or until it is {@code untilNanos}, and at times for less. */
  void await(Condition changed, long untilNanos) throws InterruptedException;

  /** Whose time it is. Before all else. */
  default void isOf(Broker owner) {}

  /** A thread asks something of the broker, whose lock it has not. */
  default void enter() {}

  /** Something has changed that somebody may wait for. */
  default void changed() {}

  /** Here an application could crash. Not under the lock. */
  default void point() {}

  /** Something was done, after which an application could crash. Not under the lock. */
  default void did(Kind kind, @Nullable Position at, String what) {}

  /**
   * The same, told from where nobody may come in between: it could crash when it next asks for
   * something.
   */
  default void told(Kind kind, @Nullable Position at, String what) {}

  /** How many records a poll returns that could return {@code most}. */
  default int upTo(int most) {
    return most;
  }

  /** Whether names have to be the same in each run. */
  default boolean isReplayed() {
    return false;
  }

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
      public void await(Condition changed, long untilNanos) throws InterruptedException {
        long left = untilNanos - nanos();
        if (left > 0) {
          long ignored = changed.awaitNanos(left);
        }
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
