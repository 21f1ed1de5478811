package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;

/**
 * Publishes order events and handles them. What an application has of this is here, in {@link
 * OrderEvent} and in {@link Shop}; the {@link Watch} is there because a quickstart should check
 * what it claims.
 */
public final class Quickstart {
  static final Topic<OrderEvent> ORDERS =
      Topic.of("orders", OrderEvent.class).keyedBy(OrderEvent::orderId);

  static final String GROUP = "shop";

  private Quickstart() {}

  static void run(Cluster cluster, Iterable<OrderEvent> input, Watch watch)
      throws InterruptedException {
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(50)))
            .install(watch)
            .names(cluster.names())
            .build()) {

      Subscription shop =
          events.subscribe(
              ORDERS, SubscribeOptions.group(GROUP).withConcurrency(16), watch.over(new Shop()));
      watch.begin(events, shop);

      watch.sent(events.send(Undecodable.message()));
      for (OrderEvent order : input) {
        watch.published(events.publish(ORDERS, order));
      }
      watch.awaitAllSettled();
    }
  }

  /**
   * Runs it as the command line says. The exit code is 0 if all checks hold, 1 if not, and 2 if the
   * command line is wrong.
   */
  public static void main(String[] args) throws InterruptedException {
    System.exit(CommandLine.run(args));
  }
}
