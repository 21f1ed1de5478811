package dev.kafkaevents.core;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Makes Kafka's clients, which carry bytes only. The one place a test puts another Kafka in. */
public interface KafkaClients {
  /** Clients of a real cluster. */
  static KafkaClients real() {
    return new RealKafkaClients();
  }

  /** A producer with this configuration, serializers included. */
  Producer<byte[], byte[]> producer(Map<String, Object> config);

  /** A consumer with this configuration, deserializers included. */
  Consumer<byte[], byte[]> consumer(Map<String, Object> config);

  /** An administrator with this configuration. */
  Admin admin(Map<String, Object> config);
}
