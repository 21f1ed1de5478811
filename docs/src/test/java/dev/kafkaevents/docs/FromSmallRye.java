package dev.kafkaevents.docs;

import io.smallrye.reactive.messaging.annotations.Blocking;
import java.math.BigDecimal;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What docs/migrating.md comes from; compiled, and never run. */
final class FromSmallRye {
  record OrderPlaced(String orderId, BigDecimal total) {}

  @Channel("orders-out")
  Emitter<OrderPlaced> emitter;

  void place(OrderPlaced order) {
    emitter.send(order).toCompletableFuture().join();
  }

  @Incoming("orders-in")
  @Blocking
  void bill(OrderPlaced order) {
    charge(order);
  }

  private static void charge(OrderPlaced order) {
    throw new AssertionError(order);
  }
}
