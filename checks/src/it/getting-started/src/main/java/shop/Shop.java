package shop;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

public final class Shop {
  record OrderPlaced(String orderId, BigDecimal total) {}

  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  static CompletableFuture<PublishResult> place(EventPublisher events, String id, String total) {
    return events.publish(ORDERS, new OrderPlaced(id, new BigDecimal(total)));
  }

  static void bill(Delivery<OrderPlaced> delivery) {
    System.out.println("billed " + delivery.payload() + " from " + delivery.position());
  }

  public static void main(String[] args) {
    EventsConfig config = EventsConfig.load(Map.of("events.application", "shop"));
    Events events =
        KafkaEvents.builder(config)
            .serde(JsonSerde.factory())
            .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(events::close));

    Subscription billing = events.subscribe(ORDERS, "billing", Shop::bill);
    System.out.println("stored at " + place(events, "o-1", "9.90").join().position());
    billing.stopped().join(); // until Ctrl-C
  }
}
