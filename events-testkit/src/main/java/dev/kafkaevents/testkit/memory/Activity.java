package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which threads are in deliveries, and which of them wait for a retry: facts by which virtual time
 * knows what looking at threads does not tell. Thread-safe.
 */
final class Activity implements EventsProbe, DeliveryInterceptor {
  private final Map<Thread, Delivery<?>> delivering = new ConcurrentHashMap<>();
  private final Set<Thread> awaitingRetry = ConcurrentHashMap.newKeySet();

  /** Timers have fired whose threads have not been seen going on. */
  private final AtomicInteger resuming = new AtomicInteger();

  /** Records that were polled and neither settled nor failed. */
  private final AtomicInteger outstanding = new AtomicInteger();

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    Thread me = Thread.currentThread();
    delivering.put(me, delivery);
    try {
      return chain.proceed(delivery);
    } finally {
      delivering.remove(me);
      goesOn(me);
    }
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    awaitingRetry.add(Thread.currentThread());
  }

  @Override
  public void delivered(Delivery<?> delivery) {
    goesOn(Thread.currentThread());
  }

  @Override
  public void settled(Delivery<?> delivery, Settlement settlement) {
    outstanding.decrementAndGet();
  }

  @Override
  public void failed(Delivery<?> delivery, Throwable failure) {
    outstanding.decrementAndGet();
  }

  void polled(int records) {
    outstanding.addAndGet(records);
  }

  /** What was expected has not come for so long that it never will: records were let go of. */
  void nobodyCame() {
    if (delivering.isEmpty()) {
      outstanding.set(0);
    }
    resuming.set(0);
  }

  private void goesOn(Thread thread) {
    if (awaitingRetry.remove(thread)) {
      resuming.decrementAndGet();
    }
  }

  /** So many timers are about to fire. */
  void fires(int timers) {
    resuming.set(timers);
  }

  boolean isDelivering(Thread thread) {
    return delivering.containsKey(thread);
  }

  /** Whether no record is under way, so that no worker has anything to do. */
  boolean isNone() {
    return outstanding.get() <= 0 && delivering.isEmpty();
  }

  /** Whether some worker might be about to begin, or to go on after what it waited for. */
  boolean isDoubtful() {
    return resuming.get() > 0
        || (outstanding.get() > 0 && delivering.isEmpty())
        || delivering.keySet().stream().anyMatch(thread -> !awaitingRetry.contains(thread));
  }

  /** What is under way, by where it was read. */
  String describe() {
    return delivering.isEmpty()
        ? "no handler is at work"
        : delivering.values().stream().map(delivery -> delivery.position().toString()).toList()
            + " at handlers";
  }
}
