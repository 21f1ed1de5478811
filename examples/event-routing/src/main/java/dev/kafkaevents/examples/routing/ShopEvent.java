package dev.kafkaevents.examples.routing;

/** All that can happen in the shop. What the use case knows; nothing here speaks of Kafka. */
sealed interface ShopEvent {
  /** What happens to an order: on one topic, so that it is read in its order. */
  sealed interface OrderEvent extends ShopEvent {
    String orderId();
  }

  /** An order is there. */
  record OrderPlaced(String orderId, String article, int cents) implements OrderEvent {}

  /** It comes to nothing. */
  record OrderCancelled(String orderId, String reason) implements OrderEvent {}

  /** Somebody has paid: for the accountants. */
  record PaymentTaken(String orderId, int cents) implements ShopEvent {}

  /** Few are left of an article: for the buyers. */
  record StockLow(String article, int left) implements ShopEvent {}
}
