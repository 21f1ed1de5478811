package dev.kafkaevents.examples.breaker;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the handler needs: a service that can be down. Safe for use by many threads. */
final class Ledger {
  private final List<OrderPlaced> booked = new CopyOnWriteArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean down;

  /** It does not answer. A class of its own, so that the breaker counts this and nothing else. */
  static final class DownException extends IOException {
    private static final long serialVersionUID = 1L;

    DownException() {
      super("the ledger does not answer");
    }
  }

  void book(OrderPlaced order) throws DownException {
    if (down) {
      refused.incrementAndGet();
      throw new DownException();
    }
    booked.add(order);
  }

  void goDown() {
    down = true;
  }

  void comeBack() {
    down = false;
  }

  List<OrderPlaced> booked() {
    return booked;
  }

  /** How many calls it did not answer. */
  int refused() {
    return refused.get();
  }
}
