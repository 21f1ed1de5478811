package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.examples.quickstart.OrderEvent.OrderPaid;
import java.util.concurrent.TimeoutException;

/**
 * Stands for a service that others run: it takes a moment, and for one order in four it does not
 * answer at the first time, for some not at the second.
 */
final class PaymentService {
  private PaymentService() {}

  static void book(OrderPaid paid, int attempt) throws TimeoutException, InterruptedException {
    Thread.sleep(2);
    if (attempt <= timeouts(paid.orderId())) {
      throw new TimeoutException("the payment service did not answer in time");
    }
  }

  private static int timeouts(String orderId) {
    int hash = orderId.hashCode();
    return hash % 4 != 0 ? 0 : hash % 12 != 0 ? 1 : 2;
  }
}
