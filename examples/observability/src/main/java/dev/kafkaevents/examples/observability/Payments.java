package dev.kafkaevents.examples.observability;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** The service that fails: every tenth order once, and every twenty-fifth for good. */
final class Payments {
  private final AtomicInteger calls = new AtomicInteger();

  void charge(int number, int attempt) throws IOException {
    calls.incrementAndGet();
    if (number % 25 == 0 || (number % 10 == 0 && attempt == 1)) {
      throw new IOException("payments does not answer");
    }
  }

  int calls() {
    return calls.get();
  }
}
