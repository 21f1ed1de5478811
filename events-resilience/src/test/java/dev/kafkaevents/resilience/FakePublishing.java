package dev.kafkaevents.resilience;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.spi.Publishing;
import java.util.concurrent.CompletableFuture;

/** A publisher that nothing is to be sent through. */
record FakePublishing(PublisherHealth health) implements Publishing {
  @Override
  public CompletableFuture<Position> resend(Message message) {
    throw new AssertionError("nothing was held back");
  }
}
