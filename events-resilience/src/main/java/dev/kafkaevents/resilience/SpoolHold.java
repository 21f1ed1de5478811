package dev.kafkaevents.resilience;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers for the moment that the last of a spool needs, or else a steady stream of new
 * events would always find some before it. A moment that did not suffice is followed by a longer
 * one, and not at once. Changed by the thread that replays alone.
 */
final class SpoolHold {
  private static final Duration SHORTEST = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** What callers wait for; null while none are held. */
  private volatile @Nullable CompletableFuture<Void> moment;

  // Confined to the thread that replays.
  private Duration length = SHORTEST;
  private long next = System.nanoTime();

  /** For callers: waits until all is sent, or the moment is over. */
  void await() {
    CompletableFuture<Void> now = moment;
    if (now != null) {
      now.join();
    }
  }

  /** Little is left, and is being sent. */
  void begin() {
    if (moment == null && System.nanoTime() - next >= 0) {
      moment =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, length.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Something was sent, and more is left. */
  void goesOn() {
    CompletableFuture<Void> now = moment;
    if (now != null && now.isDone()) {
      moment = null;
      length = length.multipliedBy(2);
      length = length.compareTo(LONGEST) > 0 ? LONGEST : length;
      next = System.nanoTime() + 10 * length.toNanos();
    }
  }

  /** Nothing is left. */
  void ends() {
    CompletableFuture<Void> now = moment;
    moment = null;
    length = SHORTEST;
    next = System.nanoTime();
    if (now != null) {
      now.complete(null);
    }
  }
}
