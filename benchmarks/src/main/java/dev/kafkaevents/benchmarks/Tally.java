package dev.kafkaevents.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The handler of all consuming scenarios: does the work, counts, and checks that each record comes
 * once and, within its key, in order. What it checks with costs a few nanoseconds, the same for
 * all; it is written without atomics, since two threads that write the same element are what it is
 * to find.
 */
final class Tally implements Handler {
  private final Load load;
  private final Work work;
  private final byte[] seen;
  private final int[] lastOfKey;
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger peak = new AtomicInteger();
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch all = new CountDownLatch(1);
  private volatile boolean inOrder = true;
  private volatile @Nullable Meter before;
  private volatile @Nullable Meter after;
  private volatile boolean timedOut;

  Tally(Load load, Work work) {
    this.load = load;
    this.work = work;
    this.seen = new byte[load.total()];
    this.lastOfKey = new int[load.keys()];
    Arrays.fill(lastOfKey, -1);
  }

  @Override
  public void handle(Sample sample) {
    int index = sample.index();
    if (work == Work.NONE) {
      count(index);
      return;
    }
    int now = running.incrementAndGet();
    if (now > peak.get()) {
      peak.accumulateAndGet(now, Math::max);
    }
    work.on(index);
    running.decrementAndGet();
    count(index);
  }

  private void count(int index) {
    seen[index]++;
    int key = Sample.keyOf(index, lastOfKey.length);
    if (lastOfKey[key] >= index) {
      inOrder = false;
    }
    lastOfKey[key] = index;
    int count = handled.incrementAndGet();
    if (count == 1) {
      first.countDown();
    }
    if (count == load.warmUp()) {
      before = Meter.read();
    } else if (count == load.total()) {
      after = Meter.read();
      all.countDown();
    }
  }

  boolean awaitFirst(Duration timeout) throws InterruptedException {
    return first.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits for all records; whether they came is for {@link #problem} to say. */
  void awaitAll(Duration timeout) throws InterruptedException {
    boolean came = all.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    timedOut = !came;
  }

  int handled() {
    return handled.get();
  }

  /** What was wrong, or null. To be asked when the contender is closed. */
  @Nullable String problem(boolean keyOrderPromised) {
    int missing = 0;
    int repeated = 0;
    for (byte times : seen) {
      if (times == 0) {
        missing++;
      } else if (times != 1) {
        repeated++;
      }
    }
    if (missing > 0 || repeated > 0 || handled.get() != load.total()) {
      return "of %,d records %,d were not handled and %,d more than once, in %,d calls%s"
          .formatted(
              load.total(), missing, repeated, handled.get(), timedOut ? ", in all its time" : "");
    }
    return keyOrderPromised && !inOrder ? "records of one key were handled out of order" : null;
  }

  /** To be asked when all were handled. */
  Map<Metric, Double> values() {
    Meter from = before;
    Meter to = after;
    if (from == null || to == null) {
      throw new IllegalStateException("not all records were handled");
    }
    Map<Metric, Double> values = to.since(from, load.measured());
    values.put(Metric.PEAK, (double) peak.get());
    return values;
  }
}
