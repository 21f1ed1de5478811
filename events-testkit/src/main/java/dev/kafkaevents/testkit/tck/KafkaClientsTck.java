package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link KafkaClients} has to do: make Kafka's own clients, or what can't be told from
 * them, of the configuration it is given and no other. Extend it with {@link
 * dev.kafkaevents.testkit.junit.EventsTest} on the class, and name the backends there.
 */
@Timeout(120)
public abstract class KafkaClientsTck {
  private static final int POLLS = 600;

  /** For subclasses. */
  protected KafkaClientsTck() {}

  /** Clients of that Kafka: wrapped around {@link TestKafka#clients}, or of their own. */
  protected abstract KafkaClients clients(TestKafka kafka);

  private static Map<String, Object> producing(TestKafka kafka) {
    Map<String, Object> config = new HashMap<>(kafka.clientConfig());
    config.put("key.serializer", ByteArraySerializer.class);
    config.put("value.serializer", ByteArraySerializer.class);
    return config;
  }

  private static Map<String, Object> consuming(TestKafka kafka, String group) {
    Map<String, Object> config = new HashMap<>(kafka.clientConfig());
    config.put("key.deserializer", ByteArrayDeserializer.class);
    config.put("value.deserializer", ByteArrayDeserializer.class);
    config.put("group.id", kafka.onCluster(group));
    config.put("enable.auto.commit", false);
    config.put("auto.offset.reset", "earliest");
    return config;
  }

  private static List<ConsumerRecord<byte[], byte[]>> poll(
      Consumer<byte[], byte[]> consumer, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < POLLS && records.size() < count; i++) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return records;
  }

  @Test
  void whatAProducerSends_aConsumerGets(TestKafka kafka) throws Exception {
    kafka.createTopic("bytes", 1);
    String topic = kafka.onCluster("bytes");
    KafkaClients clients = clients(kafka);
    try (Producer<byte[], byte[]> producer = clients.producer(producing(kafka));
        Consumer<byte[], byte[]> consumer = clients.consumer(consuming(kafka, "readers"))) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, 0, 1_000L, new byte[] {0, -1}, new byte[0]);
      record.headers().add("a", new byte[] {1}).add("b", null).add("a", new byte[] {2});
      RecordMetadata stored = producer.send(record).get();
      producer.send(new ProducerRecord<>(topic, 0, null, null)).get();
      consumer.subscribe(List.of(topic));

      List<ConsumerRecord<byte[], byte[]>> records = poll(consumer, 2);

      assertThat(stored.offset()).isZero();
      assertThat(records).hasSize(2);
      assertThat(records.get(0).key()).containsExactly(0, -1);
      assertThat(records.get(0).value()).isEmpty();
      assertThat(records.get(0).timestamp()).isEqualTo(1_000);
      assertThat(requireNonNull(records.get(0).headers().lastHeader("a")).value())
          .containsExactly(2);
      assertThat(records.get(0).headers().toArray()).hasSize(3);
      assertThat(records.get(1).key()).isNull();
      assertThat(records.get(1).value()).isNull();
      consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)));
    }
    assertThat(kafka.committed("readers", "bytes")).containsEntry(0, 1L);
  }

  @Test
  void eachCall_makesAClientOfItsOwn(TestKafka kafka) throws Exception {
    kafka.createTopic("bytes", 1);
    KafkaClients clients = clients(kafka);
    Producer<byte[], byte[]> one = clients.producer(producing(kafka));
    try (Producer<byte[], byte[]> other = clients.producer(producing(kafka))) {
      one.close();

      other.send(new ProducerRecord<>(kafka.onCluster("bytes"), "v".getBytes(UTF_8))).get();

      assertThat(kafka.records("bytes")).hasSize(1);
    }
  }

  @Test
  void theConfiguration_isThatOfTheClient(TestKafka kafka) throws Exception {
    kafka.createTopic("bytes", 1);
    Map<String, Object> small = producing(kafka);
    small.put("max.request.size", 2_000);
    Map<String, Object> few = consuming(kafka, "readers");
    few.put("max.poll.records", 1);
    KafkaClients clients = clients(kafka);
    String topic = kafka.onCluster("bytes");
    try (Producer<byte[], byte[]> producer = clients.producer(small);
        Consumer<byte[], byte[]> consumer = clients.consumer(few)) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[5_000])).get())
          .hasRootCauseInstanceOf(RecordTooLargeException.class);
      for (int i = 0; i < 3; i++) {
        producer.send(new ProducerRecord<>(topic, new byte[10])).get();
      }
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      for (int i = 0; i < POLLS && consumer.position(new TopicPartition(topic, 0)) < 3; i++) {
        assertThat(consumer.poll(Duration.ofMillis(100)).count()).isLessThanOrEqualTo(1);
      }
      assertThat(consumer.position(new TopicPartition(topic, 0))).isEqualTo(3);
    }
  }

  @Test
  void aConfigurationThatKafkaRefuses_isRefused(TestKafka kafka) {
    KafkaClients clients = clients(kafka);
    Map<String, Object> wrongProducer = producing(kafka);
    wrongProducer.put("acks", "some");
    Map<String, Object> wrongConsumer = consuming(kafka, "readers");
    wrongConsumer.put("isolation.level", "none");

    assertThatThrownBy(() -> clients.producer(wrongProducer)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> clients.consumer(wrongConsumer)).isInstanceOf(ConfigException.class);
  }

  @Test
  void theFirstOffset_isWhereTheConfigurationSays(TestKafka kafka) throws Exception {
    kafka.createTopic("bytes", 1);
    String topic = kafka.onCluster("bytes");
    KafkaClients clients = clients(kafka);
    Map<String, Object> latest = consuming(kafka, "readers");
    latest.put("auto.offset.reset", "latest");
    try (Producer<byte[], byte[]> producer = clients.producer(producing(kafka));
        Consumer<byte[], byte[]> consumer = clients.consumer(latest)) {
      producer.send(new ProducerRecord<>(topic, new byte[] {1})).get();
      consumer.assign(List.of(new TopicPartition(topic, 0)));

      assertThat(consumer.position(new TopicPartition(topic, 0))).isEqualTo(1);
    }
  }
}
