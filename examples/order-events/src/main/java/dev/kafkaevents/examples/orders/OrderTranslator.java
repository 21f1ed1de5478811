package dev.kafkaevents.examples.orders;

import dev.kafkaevents.examples.orders.OrderEvent.Amount;
import dev.kafkaevents.examples.orders.OrderEvent.Line;

/** From the domain to the contract: the one place that knows both. */
final class OrderTranslator {
  private OrderTranslator() {}

  /** The last thing that happened to {@code order}. */
  static OrderEvent toEvent(Order order) {
    Order.Cancellation cancellation = order.cancellation();
    if (cancellation != null) {
      return new OrderEvent.OrderCancelled(
          order.id().value(), cancellation.at(), cancellation.reason(), amount(order.total()));
    }
    return new OrderEvent.OrderPlaced(
        order.id().value(),
        order.customer(),
        order.placedAt(),
        order.items().stream()
            .map(item -> new Line(item.sku(), item.quantity(), amount(item.unitPrice())))
            .toList(),
        amount(order.total()));
  }

  private static Amount amount(Money money) {
    return new Amount(money.amount(), money.currency().getCurrencyCode());
  }
}
