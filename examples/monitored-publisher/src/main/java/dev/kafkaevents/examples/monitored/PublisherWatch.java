package dev.kafkaevents.examples.monitored;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Event;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.spi.PublishInterceptor;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the health of the publisher it is installed in, and says whether anything gets through. One
 * for each publisher, asked by one thread.
 */
final class PublisherWatch implements PublishInterceptor {
  private volatile @Nullable PublisherHealth health;
  private long outcomes;
  private boolean isStuck;

  @Override
  public PublishInterceptor forPublisher(PublisherHealth health) {
    this.health = health;
    return this;
  }

  @Override
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    return chain.proceed(event);
  }

  private PublisherHealth health() {
    return requireNonNull(health, "not installed in a publisher");
  }

  /**
   * Looks: if some are unsent and none had an outcome since the last look, nothing gets through.
   */
  void look() {
    long now = health().outcomes();
    isStuck = health().unsent() > 0 && now == outcomes;
    outcomes = now;
  }

  /** Whether nothing got through between the last two looks. */
  boolean isStuck() {
    return isStuck;
  }

  /** For people. */
  @Override
  public String toString() {
    return "%s, %d unsent, %d connections, %.0f %% of the buffer free"
        .formatted(
            isStuck ? "NOTHING GETS THROUGH" : "well",
            health().unsent(),
            health().connections(),
            100 * health().freeBuffer());
  }
}
