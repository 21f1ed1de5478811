package dev.kafkaevents.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Kafka's producer, with events encoded by hand. */
final class RawPublishing implements PublishingContender {
  private final Map<String, Object> settings;

  /** With Kafka's defaults. */
  RawPublishing() {
    this(Map.of());
  }

  /** With {@code settings} beyond what all have. */
  RawPublishing(Map<String, Object> settings) {
    this.settings = settings;
  }

  static Map<String, Object> producerConfig(String bootstrapServers, int lingerMs) {
    return Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        ProducerConfig.LINGER_MS_CONFIG,
        lingerMs,
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
        ByteArraySerializer.class,
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
        ByteArraySerializer.class);
  }

  /** What Kafka Events writes for {@code sample}. */
  static ProducerRecord<byte[], byte[]> encode(String topic, Sample sample) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, sample.customer().getBytes(UTF_8), Json.WRITER.writeValueAsBytes(sample));
    EventHeaders.addTo(record.headers());
    return record;
  }

  @Override
  public Publishing open(
      String bootstrapServers, String topic, Consumer<@Nullable Throwable> outcome) {
    Map<String, Object> config = new HashMap<>(producerConfig(bootstrapServers, LINGER_MS));
    config.putAll(settings);
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config);
    return new Publishing() {
      @Override
      public void publish(Sample sample) {
        var unused =
            producer.send(encode(topic, sample), (metadata, failure) -> outcome.accept(failure));
      }

      @Override
      public void flush() {
        producer.flush();
      }

      @Override
      public void close() {
        producer.close();
      }
    };
  }
}
