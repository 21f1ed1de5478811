package dev.kafkaevents.examples.avroevolution;

import dev.kafkaevents.Topic;
import java.math.BigDecimal;

/** The event as some services still have it. */
final class FirstVersion {
  static final Topic<OrderPlaced> ORDERS =
      Topic.of("evolving-orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  record OrderPlaced(String orderId, BigDecimal total) {}

  private FirstVersion() {}
}
