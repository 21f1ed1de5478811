package dev.kafkaevents.testkit.memory;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.RecordMetadata;

/** What {@code send} answers. Like that of Kafka's producer it can't be cancelled. */
final class SendFuture extends CompletableFuture<RecordMetadata> {
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return false;
  }
}
