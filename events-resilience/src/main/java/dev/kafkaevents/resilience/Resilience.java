package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.EventsPlugin;
import java.time.Duration;

/**
 * Usual answers to failures as one line of the assembly. What each does can be written out with its
 * parts.
 */
public final class Resilience {
  private Resilience() {}

  /**
   * Tries each delivery up to {@code attempts} times, and then keeps the record as a dead letter in
   * its topic's name with {@code .dlq}. The same as
   *
   * <pre>{@code
   * builder
   *     .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
   *     .onDelivery(Retry.upTo(attempts, firstDelay));
   * }</pre>
   */
  public static EventsPlugin retryThenDeadLetter(int attempts, Duration firstDelay) {
    DeadLetter deadLetter = DeadLetter.toTopicWithSuffix(".dlq");
    Retry retry = Retry.upTo(attempts, firstDelay);
    return builder -> builder.onDelivery(deadLetter).onDelivery(retry);
  }
}
