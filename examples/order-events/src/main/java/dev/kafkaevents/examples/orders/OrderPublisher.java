package dev.kafkaevents.examples.orders;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.PublishResult;
import java.util.concurrent.CompletableFuture;

/** Tells others of orders. Safe for use by many threads. */
final class OrderPublisher {
  private final EventPublisher events;

  OrderPublisher(EventPublisher events) {
    this.events = events;
  }

  /**
   * Publishes the last thing that happened to {@code order}, keyed by the order, so that all of one
   * order is read in its order. The id of the event is made of the order and of what happened to
   * it: to publish the same once more gives the same id, and readers can tell.
   */
  CompletableFuture<PublishResult> publish(Order order) {
    Event<OrderEvent> event = events.event(OrderEvent.TOPIC, OrderTranslator.toEvent(order));
    return events.publish(
        OrderEvent.TOPIC,
        event.withId(order.id() + "." + event.type()).withTime(event.payload().at()));
  }
}
