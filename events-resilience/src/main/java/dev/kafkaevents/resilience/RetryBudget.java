package dev.kafkaevents.resilience;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds how many retries there are in all, so that a dependency that is down is not also run over.
 * One budget may be shared by several {@link Retry}s and subscriptions: one for a dependency.
 *
 * <p>It stretches and never ends anything: a retry that is over the budget comes later, and an
 * empty budget is no reason for a dead letter. The time it takes does not count for {@link
 * Retry#within}. Thread-safe.
 */
public final class RetryBudget {
  private static final double MOST_PER_SECOND = 1_000_000;

  /** What was not used is kept for this long. */
  private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long interval;
  private final long perSuccess;

  /** When the next retry is within the budget; successes put it forward. */
  private final AtomicLong next = new AtomicLong();

  private final ReentrantLock taking = new ReentrantLock();
  private boolean begun;
  private long lastTaken;

  private RetryBudget(long interval, long perSuccess) {
    this.interval = interval;
    this.perSuccess = perSuccess;
  }

  /**
   * Retries in proportion to what succeeds, and a few besides.
   *
   * @param perSecond how many there may be each second although nothing succeeds; above 0
   * @param perSuccess how many more each success allows for, such as 0.1; at most what a second of
   *     {@code perSecond} amounts to is kept
   */
  public static RetryBudget of(double perSecond, double perSuccess) {
    if (!(perSecond > 0 && perSecond <= MOST_PER_SECOND)) {
      throw new IllegalArgumentException(
          "perSecond is %s, must be above 0 and at most %s: with none at all a retry would wait for ever"
              .formatted(perSecond, MOST_PER_SECOND));
    }
    if (!(perSuccess >= 0 && perSuccess <= 1)) {
      throw new IllegalArgumentException(
          "perSuccess is %s, must be between 0 and 1".formatted(perSuccess));
    }
    double interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    return new RetryBudget((long) interval, (long) (interval * perSuccess));
  }

  void succeeded() {
    next.addAndGet(-perSuccess);
  }

  /** How much of what a second may keep is there at {@code now}, from 0 to 1. */
  double left(long now) {
    taking.lock();
    try {
      if (!begun) {
        return 1;
      }
    } finally {
      taking.unlock();
    }
    return Math.max(0, Math.min(1, (double) (now - next.get()) / BURST_NANOS));
  }

  /**
   * Takes a retry from the budget; answers how long from {@code now} it has to wait for it.
   *
   * @param now by the clock of the subscription. Where that is behind what it was, it is another
   *     clock, and nothing is known by it yet
   */
  Duration take(long now) {
    taking.lock();
    try {
      if (!begun || lastTaken - now > BURST_NANOS) {
        next.set(now - BURST_NANOS);
      }
      begun = true;
      lastTaken = now;
    } finally {
      taking.unlock();
    }
    long at =
        next.updateAndGet(
                before ->
                    (before - (now - BURST_NANOS) < 0 ? now - BURST_NANOS : before) + interval)
            - interval;
    return Duration.ofNanos(Math.max(0, at - now));
  }
}
