package dev.kafkaevents.benchmarks;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A way to consume a topic. Stateless. */
interface ConsumingContender {
  /**
   * Starts to give each record of the topic to {@code handler}. To close is to commit what was
   * handled.
   */
  AutoCloseable start(Source source, Handler handler);

  default boolean keepsKeyOrder() {
    return true;
  }

  /** What is consumed. */
  record Source(String bootstrapServers, String topic, String group) {
    /** Kafka's defaults, but for the start and for commits. */
    Map<String, Object> consumerConfig() {
      Map<String, Object> config = new HashMap<>();
      config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
      config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
      config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
      config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
      config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
      return config;
    }
  }
}
