package dev.kafkaevents.contracts;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.RejectedException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** What the billing team tests: it writes one invoice for an order. */
final class Billing implements EventHandler<OrderPlaced> {
  final Map<String, BigDecimal> invoices = new ConcurrentHashMap<>();

  @Override
  public void handle(Delivery<OrderPlaced> delivery) {
    OrderPlaced order = delivery.payload();
    if (order.total().signum() < 0) {
      throw new RejectedException("the total is negative");
    }
    BigDecimal discount = Objects.requireNonNullElse(order.discount(), BigDecimal.ZERO);
    BigDecimal due = order.total().multiply(BigDecimal.valueOf(100).subtract(discount));
    invoices.putIfAbsent(order.orderId(), due.movePointLeft(2));
  }
}
