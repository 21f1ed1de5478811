package dev.kafkaevents.examples.quickstart;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * What happens to an order. All of it is on one topic, with the order as its key: so it is handled
 * in the order in which it happened. The records are all there is to declare; on the wire each is
 * known by its simple name.
 */
sealed interface OrderEvent {
  String orderId();

  record OrderPlaced(String orderId, String customer, BigDecimal total, Instant placedAt)
      implements OrderEvent {}

  record OrderPaid(String orderId, BigDecimal amount, PaymentMethod method) implements OrderEvent {}

  record ParcelPacked(String orderId, String parcel, int grams) implements OrderEvent {}

  record ParcelShipped(String orderId, String parcel, String carrier) implements OrderEvent {}

  record ParcelDelivered(String orderId, String parcel, Instant deliveredAt)
      implements OrderEvent {}

  record OrderCancelled(String orderId, String reason) implements OrderEvent {}

  enum PaymentMethod {
    CARD,
    TRANSFER,
    INVOICE,
    VOUCHER
  }
}
