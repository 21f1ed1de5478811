package dev.kafkaevents.observability;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * A gauge is there or it is not, so that somebody has to look whether its value is known. Looks
 * once a second, as long as there is something to look at. Thread-safe.
 */
final class Refreshing {
  private static final Executor IN_A_SECOND =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final BooleanSupplier look;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /**
   * @param look true if it is to be looked again
   */
  Refreshing(BooleanSupplier look) {
    this.look = look;
  }

  void begin() {
    if (scheduled.compareAndSet(false, true)) {
      IN_A_SECOND.execute(this::lookOnce);
    }
  }

  private void lookOnce() {
    // First, so that whoever begins from here on has the next turn, and none is missed.
    scheduled.set(false);
    boolean again = true;
    try {
      again = look.getAsBoolean();
    } finally {
      if (again) {
        begin();
      }
    }
  }
}
