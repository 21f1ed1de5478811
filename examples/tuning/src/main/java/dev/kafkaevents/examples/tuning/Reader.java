package dev.kafkaevents.examples.tuning;

import dev.kafkaevents.Delivery;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A handler that waits a millisecond for something else, as most do, and knows how long each event
 * was on its way, and whether one is missing or came too early. Safe for use by many threads.
 */
final class Reader {
  private static final long WORK = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicIntegerArray next;
  private final long[] nanosOnTheWay;
  private final AtomicInteger read = new AtomicInteger();
  private final AtomicInteger tooEarly = new AtomicInteger();
  private final CountDownLatch missing;

  Reader(int sensors, int events) {
    this.next = new AtomicIntegerArray(sensors);
    this.nanosOnTheWay = new long[events];
    this.missing = new CountDownLatch(events);
  }

  /** One sensor's at a time, and in their order: that is what is seen to. */
  void handle(Delivery<Tick> delivery) {
    Tick tick = delivery.payload();
    long nanos = System.nanoTime() - tick.nanos();
    LockSupport.parkNanos(WORK);
    int expected = next.get(tick.sensor());
    if (tick.number() < expected) {
      return; // once more, as after a rebalance
    }
    if (tick.number() > expected) {
      tooEarly.incrementAndGet();
    }
    next.set(tick.sensor(), tick.number() + 1);
    nanosOnTheWay[read.getAndIncrement()] = nanos;
    missing.countDown();
  }

  /** Whether all are read, in their order, within {@code patience}. */
  boolean hasAllInOrder(Duration patience) throws InterruptedException {
    return missing.await(patience.toMillis(), TimeUnit.MILLISECONDS) && tooEarly.get() == 0;
  }

  /** In milliseconds; once all are read. */
  double percentile(double share) {
    long[] sorted = nanosOnTheWay.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
  }

  /** What came of it, if it is not what should have. */
  @Override
  public String toString() {
    return "%d missing, %d too early".formatted(missing.getCount(), tooEarly.get());
  }
}
