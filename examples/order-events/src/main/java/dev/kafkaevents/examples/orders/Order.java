package dev.kafkaevents.examples.orders;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order as the domain knows it; one that breaks a rule can't be made. Immutable, and without a
 * thought of Kafka or JSON.
 */
final class Order {
  private final OrderId id;
  private final String customer;
  private final Instant placedAt;
  private final List<LineItem> items;
  private final Money total;
  private final @Nullable Cancellation cancellation;

  /** When and why it came to nothing. */
  record Cancellation(Instant at, String reason) {}

  private Order(
      OrderId id,
      String customer,
      Instant placedAt,
      List<LineItem> items,
      @Nullable Cancellation cancellation) {
    this.id = id;
    this.customer = customer;
    this.placedAt = placedAt;
    this.items = List.copyOf(items);
    this.total =
        items.stream()
            .map(LineItem::total)
            .reduce(Money::plus)
            .orElseThrow(() -> new InvalidOrderException("an order has no line items"));
    this.cancellation = cancellation;
  }

  /**
   * @throws InvalidOrderException if there are no items, or they are of several currencies
   */
  static Order place(OrderId id, String customer, Instant at, List<LineItem> items) {
    return new Order(id, customer, at, items, null);
  }

  /**
   * @throws InvalidOrderException if it is cancelled already, or was not placed by then
   */
  Order cancel(Instant at, String reason) {
    if (cancellation != null) {
      throw new InvalidOrderException("an order is cancelled that is cancelled already");
    }
    if (at.isBefore(placedAt)) {
      throw new InvalidOrderException("an order is cancelled before it is placed");
    }
    return new Order(id, customer, placedAt, items, new Cancellation(at, reason));
  }

  OrderId id() {
    return id;
  }

  String customer() {
    return customer;
  }

  Instant placedAt() {
    return placedAt;
  }

  List<LineItem> items() {
    return items;
  }

  Money total() {
    return total;
  }

  @Nullable Cancellation cancellation() {
    return cancellation;
  }
}
