package com.acme.orders;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Topic;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Takes orders, and knows which are on their way. Safe for use by many threads. */
public final class Orders {
  /** What is published. */
  public static final Topic<OrderPlaced> PLACED =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  /** What is handled. */
  public static final Topic<ShipmentDispatched> SHIPMENTS =
      Topic.of("shipments", ShipmentDispatched.class);

  private final EventPublisher events;
  private final Map<String, String> shipments = new ConcurrentHashMap<>(); // a table, elsewhere

  /** Publishes to {@code events}. */
  public Orders(EventPublisher events) {
    this.events = events;
  }

  /**
   * Places an order.
   *
   * @param greeting for a gift; null if it is none
   * @return the id of the order, once the event is stored
   */
  public CompletableFuture<String> place(BigDecimal total, String address, String greeting) {
    OrderPlaced order = new OrderPlaced(UUID.randomUUID().toString(), total, address, greeting);
    return events.publish(PLACED, order).thenApply(stored -> order.orderId());
  }

  /** Handles what team shipping says. The same twice changes nothing. */
  public void shipped(Delivery<ShipmentDispatched> delivery) {
    ShipmentDispatched shipment = delivery.payload();
    shipments.put(shipment.orderId(), shipment.shipmentId());
  }

  /** The shipment of an order, once it is known. */
  public Optional<String> shipmentOf(String orderId) {
    return Optional.ofNullable(shipments.get(orderId));
  }
}
