package dev.kafkaevents.core;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's producer, which keeps the headers of each record until it is acknowledged, for the {@code
 * interceptor.classes} alone (KIP-512). Without any, nobody reads them once {@code send} has
 * returned, and they are more than half of what a hundred thousand events in its buffer weigh
 * beside their bytes.
 */
final class LeanProducer extends KafkaProducer<byte[], byte[]> {
  LeanProducer(Map<String, Object> configWithoutInterceptors) {
    super(configWithoutInterceptors);
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    Future<RecordMetadata> sent = super.send(record, callback);
    if (record instanceof OutgoingRecord outgoing) {
      outgoing.letGoOfHeaders();
    }
    return sent;
  }
}
