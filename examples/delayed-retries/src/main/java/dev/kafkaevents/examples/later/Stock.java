package dev.kafkaevents.examples.later;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the handler needs, of each order something else. Safe for use by many threads. */
final class Stock {
  private final Set<String> articles = ConcurrentHashMap.newKeySet();
  private final List<OrderPlaced> shipped = new CopyOnWriteArrayList<>();

  /** There is none of it now, and may be in an hour. */
  static final class NoneLeftException extends Exception {
    private static final long serialVersionUID = 1L;

    NoneLeftException() {
      super("none left");
    }
  }

  void arrives(String article) {
    articles.add(article);
  }

  void ship(OrderPlaced order) throws NoneLeftException {
    if (!articles.contains(order.article())) {
      throw new NoneLeftException();
    }
    shipped.add(order);
  }

  /** In the order in which they were. */
  List<OrderPlaced> shipped() {
    return shipped;
  }
}
