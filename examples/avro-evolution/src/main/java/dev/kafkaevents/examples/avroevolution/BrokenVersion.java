package dev.kafkaevents.examples.avroevolution;

import dev.kafkaevents.Topic;
import java.math.BigDecimal;

/** A next version that somebody got wrong: no event so far has a country, and none is given. */
final class BrokenVersion {
  static final Topic<OrderPlaced> ORDERS =
      Topic.of("evolving-orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  record OrderPlaced(String orderId, BigDecimal total, String country) {}

  private BrokenVersion() {}
}
