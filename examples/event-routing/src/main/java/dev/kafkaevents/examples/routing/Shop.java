package dev.kafkaevents.examples.routing;

import dev.kafkaevents.examples.routing.ShopEvent.OrderCancelled;
import dev.kafkaevents.examples.routing.ShopEvent.OrderPlaced;
import dev.kafkaevents.examples.routing.ShopEvent.PaymentTaken;
import dev.kafkaevents.examples.routing.ShopEvent.StockLow;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The use case: sells what is there, and tells what happened. Used by one thread. */
final class Shop {
  private static final int FEW = 2;

  private final Map<String, Integer> stock;
  private final Consumer<ShopEvent> happened;

  Shop(Map<String, Integer> stock, Consumer<ShopEvent> happened) {
    this.stock = new HashMap<>(stock);
    this.happened = happened;
  }

  void sell(String orderId, String article, int cents) {
    happened.accept(new OrderPlaced(orderId, article, cents));
    int left = stock.getOrDefault(article, 0) - 1;
    if (left < 0) {
      happened.accept(new OrderCancelled(orderId, "sold out"));
      return;
    }
    stock.put(article, left);
    happened.accept(new PaymentTaken(orderId, cents));
    if (left <= FEW) {
      happened.accept(new StockLow(article, left));
    }
  }
}
