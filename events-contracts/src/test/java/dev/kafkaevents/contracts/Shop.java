package dev.kafkaevents.contracts;

import dev.kafkaevents.EventPublisher;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/** What the shop's team tests: it places orders, and says so. */
final class Shop {
  private final EventPublisher events;

  Shop(EventPublisher events) {
    this.events = events;
  }

  void place(String total) {
    publish(new OrderPlaced(id(), new BigDecimal(total), null, null));
  }

  void placeWithDiscount(String total, int percent) {
    publish(
        new OrderPlaced(
            id(),
            new BigDecimal(total),
            BigDecimal.valueOf(percent),
            List.of(new OrderPlaced.Line("B-7", 1))));
  }

  private void publish(OrderPlaced order) {
    events.publish(OrderPlaced.ORDERS, order).join();
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }
}
