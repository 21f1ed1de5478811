package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.examples.quickstart.OrderEvent.OrderPaid;
import dev.kafkaevents.examples.quickstart.OrderEvent.OrderPlaced;
import dev.kafkaevents.examples.quickstart.OrderEvent.ParcelPacked;

/**
 * What the shop does with its events. It returns to accept one; it throws a {@link
 * RejectedException} to refuse one for good, and anything else for what may pass.
 */
final class Shop implements EventHandler<OrderEvent> {
  @Override
  public void handle(Delivery<OrderEvent> delivery) throws Exception {
    OrderEvent event = delivery.payload();
    if (event instanceof OrderPlaced placed && placed.total().signum() <= 0) {
      throw new RejectedException("the total of an order must be more than 0");
    }
    if (event instanceof ParcelPacked packed && packed.grams() <= 0) {
      throw new RejectedException("a parcel must weigh more than 0 g");
    }
    if (event instanceof OrderPaid paid) {
      PaymentService.book(paid, delivery.attempt());
    }
  }
}
