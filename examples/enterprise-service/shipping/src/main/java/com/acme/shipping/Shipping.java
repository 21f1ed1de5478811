package com.acme.shipping;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Topic;

/** Ships what is ordered. Safe for use by many threads. */
public final class Shipping implements EventHandler<OrderPlaced> {
  /** What is handled. */
  public static final Topic<OrderPlaced> ORDERS = Topic.of("orders", OrderPlaced.class);

  /** What is published. */
  public static final Topic<ShipmentDispatched> DISPATCHED =
      Topic.of("shipments", ShipmentDispatched.class).keyedBy(ShipmentDispatched::orderId);

  private final EventPublisher events;
  private final Warehouse warehouse;

  /** Publishes to {@code events}. */
  public Shipping(EventPublisher events, Warehouse warehouse) {
    this.events = events;
    this.warehouse = warehouse;
  }

  /** Returns when the shipment is stored: until then the order counts as not handled. */
  @Override
  public void handle(Delivery<OrderPlaced> delivery) throws InterruptedException {
    OrderPlaced order = delivery.payload();
    if (order.orderId() == null || order.address() == null || order.address().isBlank()) {
      throw new RejectedException("the order has no id or no address");
    }
    warehouse.pack(order.orderId(), order.address());
    events
        .publish(
            DISPATCHED,
            new ShipmentDispatched("s-" + order.orderId(), order.orderId(), "Acme Post"))
        .join();
  }
}
