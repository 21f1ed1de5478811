package dev.kafkaevents.examples.batch;

import dev.kafkaevents.Event;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.PublishInterceptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts, from outside, how many publishes have no outcome yet. Safe for use by many threads. */
final class InFlight implements PublishInterceptor {
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @Override
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    return chain.proceed(event).whenComplete((stored, failure) -> now.decrementAndGet());
  }

  /** How many there were at once. */
  int most() {
    return most.get();
  }
}
