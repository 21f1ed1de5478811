package com.acme.shop;

import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionHealth;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the probes are told of the subscriptions: from memory, no broker is asked. */
@Configuration(proxyBeanMethods = false)
class EventsHealth {
  /** A loop that hangs for longer is out of its group: Kafka's {@code max.poll.interval.ms}. */
  private static final Duration LOOP_HANGS = Duration.ofMinutes(5);

  /** For liveness: a restart may help. */
  @Bean
  HealthIndicator eventsAlive(Subscriptions subscriptions) {
    return () -> of(subscriptions.all(), EventsHealth::isAlive);
  }

  /** For readiness: each has its first partitions. */
  @Bean
  HealthIndicator eventsStarted(Subscriptions subscriptions) {
    return () ->
        subscriptions.isRunning()
            ? of(subscriptions.all(), health -> health.state() != Subscription.State.STARTING)
            : Health.outOfService().build();
  }

  static boolean isAlive(SubscriptionHealth health) {
    return switch (health.state()) {
      case FAILED -> false;
      case CLOSED -> true;
      default -> health.sinceLastTurn().compareTo(LOOP_HANGS) < 0;
    };
  }

  static Health of(List<Subscription> subscriptions, Predicate<SubscriptionHealth> isUp) {
    Health.Builder all = Health.up();
    for (Subscription subscription : subscriptions) {
      SubscriptionHealth health = subscription.health();
      if (!isUp.test(health)) {
        all.down();
      }
      all.withDetail(subscription.toString(), inWords(health));
    }
    return all.build();
  }

  private static String inWords(SubscriptionHealth health) {
    StringBuilder words = new StringBuilder(health.state().toString());
    health.lag().ifPresent(lag -> words.append(", lag ").append(lag));
    if (health.isStalled()) {
      words.append(", stalled");
    }
    if (health.trouble() != null) {
      words.append(", ").append(health.trouble());
    }
    if (health.failure() != null) {
      words.append(", ").append(health.failure().getMessage());
    }
    return words.toString();
  }
}
