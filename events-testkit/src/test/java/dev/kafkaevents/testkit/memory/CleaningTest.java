package dev.kafkaevents.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a broker's cleaner does some time, done now. */
@Timeout(60)
class CleaningTest {
  private static final TopicPartition PRICES = new TopicPartition("prices", 0);

  private final InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1);

  @AfterEach
  void close() {
    kafka.close();
  }

  private void write(String... keysAndValues) {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (Producer<String, String> producer =
        kafka.producer(settings, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < keysAndValues.length; i += 2) {
        producer.send(new ProducerRecord<>("prices", keysAndValues[i], keysAndValues[i + 1]));
      }
      producer.flush();
    }
  }

  private List<String> read() {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest");
    try (Consumer<String, String> consumer =
        kafka.consumer(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(PRICES));
      List<String> read = new ArrayList<>();
      long end = consumer.endOffsets(List.of(PRICES)).values().iterator().next();
      while (consumer.position(PRICES) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          read.add(record.offset() + "=" + record.key() + ":" + record.value());
        }
      }
      return read;
    }
  }

  @Test
  void compaction_keepsTheLastOfEachKey_atItsOffset() {
    kafka.createTopic("prices", 1, Map.of("cleanup.policy", "compact"));
    write("a", "1", "b", "1", "a", "2", "b", "2", "c", "1");
    kafka.compact("prices");
    assertThat(read()).containsExactly("2=a:2", "3=b:2", "4=c:1");
  }

  @Test
  void tombstone_staysForAWhile_andGoesThen() {
    kafka.createTopic(
        "prices", 1, Map.of("cleanup.policy", "compact", "delete.retention.ms", "60000"));
    write("a", "1", "b", "1", "a", null);
    kafka.compact("prices");
    assertThat(read()).containsExactly("1=b:1", "2=a:null");
    kafka.advance(Duration.ofMinutes(2));
    kafka.compact("prices");
    assertThat(read()).containsExactly("1=b:1");
  }

  @Test
  void retention_movesTheStart_andLeavesWhatIsYounger() {
    kafka.createTopic("prices", 1, Map.of("retention.ms", "60000"));
    write("a", "1", "b", "1");
    kafka.advance(Duration.ofMinutes(2));
    write("c", "1");
    kafka.expire("prices");
    assertThat(read()).containsExactly("2=c:1");
  }

  @Test
  void subscription_commitsOverTheHoles_andHandlesTombstones() throws Exception {
    kafka.createTopic("prices", 1, Map.of("cleanup.policy", "compact"));
    write("a", "1", "b", "1", "a", "2", "b", null, "c", "3", "c", "4");
    kafka.compact("prices");
    Queue<String> handled = new ConcurrentLinkedQueue<>();
    Topic<Integer> topic = Topic.of("prices", Integer.class);
    try (Events events = kafka.events("shop").serde(JsonSerde.factory()).build()) {
      events.subscribe(
          topic,
          SubscribeOptions.group("till"),
          new EventHandler<Integer>() {
            @Override
            public void handle(Delivery<Integer> delivery) {
              handled.add(delivery.position().offset() + "=" + delivery.payload());
            }

            @Override
            public void handleTombstone(Delivery<Integer> delivery) {
              handled.add(delivery.position().offset() + "=gone");
            }
          });
      kafka.settle();
    }
    assertThat(handled).containsExactlyInAnyOrder("2=2", "3=gone", "5=4");
    Map<TopicPartition, OffsetAndMetadata> committed =
        kafka.admin().listConsumerGroupOffsets("till").partitionsToOffsetAndMetadata().get();
    assertThat(committed.get(PRICES).offset()).isEqualTo(6);
  }

  @Test
  void topicOfAnotherPolicy_isRefused() {
    kafka.createTopic("prices", 1);
    kafka.createTopic("compacted", 1, Map.of("cleanup.policy", "compact"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kafka.compact("prices"))
        .withMessageContaining("cleanup.policy has no compact");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kafka.expire("compacted"))
        .withMessageContaining("cleanup.policy has no delete");
  }
}
