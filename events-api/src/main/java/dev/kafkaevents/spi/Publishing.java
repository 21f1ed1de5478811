package dev.kafkaevents.spi;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublisherHealth;
import java.util.concurrent.CompletableFuture;

/** A publisher, for interceptors that look at how it is, or send later what they held back. */
public interface Publishing {
  /** How the publisher is. */
  PublisherHealth health();

  /**
   * Sends what was held back, past all interceptors, through a producer that nothing else uses: so
   * these messages are in the order in which they were sent, and in none with those of the
   * publisher. That producer has all the time there is, instead of the configured {@link
   * dev.kafkaevents.EventsConfig#publishTimeout publish time-out}: what it has taken it tries until
   * it is stored, refused, or the events are closed. It is made at the first message.
   *
   * <p>Blocks and fails as {@link dev.kafkaevents.EventPublisher#send} does.
   */
  CompletableFuture<Position> resend(Message message);
}
