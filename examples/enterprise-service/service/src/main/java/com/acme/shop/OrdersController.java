package com.acme.shop;

import com.acme.orders.Orders;
import dev.kafkaevents.PublishException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Orders over HTTP. */
@RestController
@RequestMapping("/orders")
class OrdersController {
  private final Orders orders;

  OrdersController(Orders orders) {
    this.orders = orders;
  }

  record NewOrder(BigDecimal total, String address, String greeting) {}

  /** Answers when the event is stored; no thread waits meanwhile. */
  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  CompletableFuture<Map<String, String>> place(@RequestBody NewOrder order) {
    return orders
        .place(order.total(), order.address(), order.greeting())
        .thenApply(id -> Map.of("orderId", id));
  }

  @GetMapping("/{orderId}/shipment")
  ResponseEntity<Map<String, String>> shipment(@PathVariable String orderId) {
    return ResponseEntity.of(
        orders.shipmentOf(orderId).map(shipment -> Map.of("shipmentId", shipment)));
  }

  /** The outcome says whether it is safe to place the order again. */
  @ExceptionHandler
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  Map<String, String> notPublished(PublishException e) {
    return Map.of("order", e.outcome().toString());
  }
}
