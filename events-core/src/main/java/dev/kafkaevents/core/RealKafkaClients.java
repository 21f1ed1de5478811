package dev.kafkaevents.core;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

final class RealKafkaClients implements KafkaClients {
  @Override
  public Producer<byte[], byte[]> producer(Map<String, Object> config) {
    return hasInterceptors(config) ? new KafkaProducer<>(config) : new LeanProducer(config);
  }

  private static boolean hasInterceptors(Map<String, Object> config) {
    Object classes = config.get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
    return classes != null && !classes.equals("") && !classes.equals(List.of());
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config);
  }

  @Override
  public Admin admin(Map<String, Object> config) {
    return Admin.create(config);
  }

  /**
   * Kafka's producer, which keeps the headers of each record until it is acknowledged, for the
   * {@code interceptor.classes} alone (KIP-512). Without any, nobody reads them once {@code send}
   * has returned, and they are more than half of what a hundred thousand events in its buffer weigh
   * beside their bytes.
   */
  private static final class LeanProducer extends KafkaProducer<byte[], byte[]> {
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
}
