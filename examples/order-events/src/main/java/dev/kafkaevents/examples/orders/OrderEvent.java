package dev.kafkaevents.examples.orders;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.kafkaevents.Topic;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * What others are told of orders: a contract, which changes when they agree and not when the domain
 * does.
 */
sealed interface OrderEvent {
  Topic<OrderEvent> TOPIC = Topic.of("orders", OrderEvent.class).keyedBy(OrderEvent::orderId);

  String orderId();

  /** When it happened. */
  Instant at();

  /** An order is placed. */
  record OrderPlaced(String orderId, String customerId, Instant at, List<Line> lines, Amount total)
      implements OrderEvent {
    public OrderPlaced {
      lines = List.copyOf(lines);
    }
  }

  /** An order is cancelled, and its amount is to be paid back. */
  record OrderCancelled(String orderId, Instant at, String reason, Amount refund)
      implements OrderEvent {}

  /** A position of an order. */
  record Line(String sku, int quantity, Amount unitPrice) {}

  /** An amount: decimal digits as text, which no reader rounds, and an ISO 4217 code. */
  record Amount(@JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal value, String currency) {}
}
