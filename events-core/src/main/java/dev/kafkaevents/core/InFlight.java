package dev.kafkaevents.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts the records that are taken and not settled, against the most there may be. Full means: at
 * the most, until half of it is settled. Workers count down; the rest is confined to the poll
 * thread.
 */
final class InFlight {
  private final int most;
  private final AtomicInteger count = new AtomicInteger();
  private volatile @Nullable Thread waiting;
  private boolean full;

  InFlight(int most) {
    this.most = most;
  }

  int count() {
    return count.get();
  }

  void taken(int records) {
    count.addAndGet(records);
  }

  /** The rest of an assignment that was let go. */
  void dropped(int records) {
    count.addAndGet(-records);
  }

  /** Any thread. */
  void settledOne() {
    int now = count.decrementAndGet();
    Thread thread = waiting;
    if (thread != null && now <= most / 2) {
      waiting = null;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Whether nothing more should be read. Waits a little before it says so: pausing the consumer
   * costs more than a short wait, which is nearly always enough.
   */
  boolean isFullAfter(Duration wait) {
    if (isFull()) {
      waiting = Thread.currentThread();
      if (isFull()) {
        LockSupport.parkNanos(this, wait.toNanos());
      }
      waiting = null;
    }
    return isFull();
  }

  private boolean isFull() {
    int now = count.get();
    full = full ? now > most / 2 : now >= most;
    return full;
  }
}
