package dev.kafkaevents.examples.observability;

import dev.kafkaevents.Condition;
import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionHealth;
import java.time.Duration;
import java.util.List;

/**
 * What a platform's probes are told, from memory: no broker is asked, so that a broker that is down
 * restarts no application.
 */
record Health(PublisherHealth publisher, List<Subscription> subscriptions) {
  /**
   * Kafka's default for {@code max.poll.interval.ms}: a loop that hangs longer is out of its group.
   */
  private static final Duration LOOP_HANGS = Duration.ofMinutes(5);

  /**
   * Whether a restart would not help: down if a subscription failed for good, or its loop hangs.
   */
  boolean isLive() {
    return subscriptions.stream()
        .map(Subscription::health)
        .allMatch(
            health ->
                health.state() != Subscription.State.FAILED
                    && (health.state() == Subscription.State.CLOSED
                        || health.sinceLastTurn().compareTo(LOOP_HANGS) < 0));
  }

  /** Whether it has begun: down until each subscription was given its first partitions. */
  boolean isReady() {
    return subscriptions.stream()
        .noneMatch(subscription -> subscription.state() == Subscription.State.STARTING);
  }

  /** For people: what a probe does not act on. */
  String details() {
    StringBuilder text =
        new StringBuilder(
            "publisher: %d unsent, %d connections, %.0f %% of its buffer free%s%n"
                .formatted(
                    publisher.unsent(),
                    publisher.connections(),
                    100 * publisher.freeBuffer(),
                    told(publisher.conditions())));
    for (Subscription subscription : subscriptions) {
      SubscriptionHealth health = subscription.health();
      text.append(subscription).append(": ").append(health.state());
      text.append(health.isStalled() ? ", stalled" : "");
      text.append(health.trouble() == null ? "" : ", " + health.trouble());
      text.append(health.failure() == null ? "" : ", " + health.failure().getMessage());
      text.append(told(health.conditions())).append('\n');
      for (PartitionHealth partition : health.partitions()) {
        text.append(
            "  partition %d: lag %s, %d in flight%s%s%n"
                .formatted(
                    partition.partition(),
                    partition.lag().isPresent() ? partition.lag().getAsLong() : "unknown",
                    partition.inFlight(),
                    partition.paused().isEmpty() ? "" : ", paused " + partition.paused(),
                    partition.isStalled() ? ", stalled" : ""));
      }
    }
    return text.toString();
  }

  /** What interceptors say of themselves, as it is called. */
  private static String told(List<Condition> conditions) {
    StringBuilder text = new StringBuilder();
    for (Condition condition : conditions) {
      if (condition instanceof Condition.CircuitBreaker breaker) {
        text.append(", breaker ").append(breaker.name()).append(' ').append(breaker.state());
      } else if (condition instanceof Condition.PutAsideBlocked blocked) {
        text.append(", ").append(blocked.records()).append(" wait to be put aside");
      } else if (condition instanceof Condition.RetryBudget budget) {
        text.append(", %.0f %% of the retry budget left".formatted(100 * budget.left()));
      }
    }
    return text.toString();
  }
}
