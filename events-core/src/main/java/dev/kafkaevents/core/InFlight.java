package dev.kafkaevents.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is taken and not settled, in records and bytes, against the most there may be. Full
 * means: at the most of either, until half of it is settled. Workers count down; the rest is
 * confined to the poll thread.
 */
final class InFlight {
  private final EventsRuntime runtime;
  private final int mostRecords;
  private final long mostBytes;
  private final AtomicLong load = new AtomicLong();
  private volatile @Nullable Thread waiting;
  private boolean full;

  InFlight(EventsRuntime runtime, int mostRecords, long mostBytes) {
    this.runtime = runtime;
    this.mostRecords = mostRecords;
    this.mostBytes = mostBytes;
  }

  int records() {
    return Load.records(load.get());
  }

  void taken(long load) {
    this.load.addAndGet(load);
  }

  /** The rest of an assignment that was let go. */
  void dropped(long load) {
    this.load.addAndGet(-load);
  }

  /** Any thread. */
  void settled(long load) {
    long now = this.load.addAndGet(-load);
    Thread thread = waiting;
    if (thread != null && isHalf(now)) {
      waiting = null;
      runtime.unpark(thread);
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
        runtime.park(wait);
      }
      waiting = null;
    }
    return isFull();
  }

  private boolean isFull() {
    long now = load.get();
    full = full ? !isHalf(now) : Load.records(now) >= mostRecords || Load.bytes(now) >= mostBytes;
    return full;
  }

  private boolean isHalf(long load) {
    return Load.records(load) <= mostRecords / 2 && Load.bytes(load) <= mostBytes / 2;
  }
}
