package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logs whose offsets have gaps: markers of transactions, aborted records, compaction. */
@Timeout(120)
class GapsIT {
  private final Steps steps = new Steps();

  @ParameterizedTest
  @EnumSource(names = {"COOPERATIVE", "CONSUMER"})
  void transactions_markersAndAbortedRecords_leaveNoLag_andNothingAbortedIsSeen(Protocol protocol)
      throws Exception {
    Cluster cluster = Cluster.shared();
    SubscribeOptions options = SubscribeOptions.group("transactions-" + protocol);
    History history = History.of(options);
    String topic = cluster.newTopic(1);
    int committed = 0;
    try (KafkaProducer<byte[], byte[]> producer =
        producer(cluster, Map.of("transactional.id", "tx-" + topic))) {
      producer.initTransactions();
      for (int i = 0; i < 60; i++) {
        boolean abort = i % 3 == 1;
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int j = 0; j <= i % 4; j++) {
          sent.add(producer.send(abort ? record(topic, "k", "aborted") : next(topic, "key-" + j)));
        }
        producer.flush();
        if (abort) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
          committed += sent.size();
          tell(history, sent);
        }
      }
    }
    consume(cluster, protocol, options, history, topic);
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.settled()).isEqualTo(committed);
    assertThat(figures.delivered()).isEqualTo(committed);
  }

  @ParameterizedTest
  @EnumSource(names = {"COOPERATIVE", "CONSUMER"})
  void compactedTopic_isReadToItsEnd(Protocol protocol) throws Exception {
    try (KafkaBroker broker =
        KafkaBroker.builder().setting("log.cleaner.backoff.ms", "100").start()) {
      Cluster cluster = Cluster.of(broker);
      SubscribeOptions options = SubscribeOptions.group("compacted");
      History history = History.of(options);
      String topic =
          cluster.newTopic(
              1,
              Map.of(
                  "cleanup.policy", "compact",
                  "segment.ms", "100",
                  "min.cleanable.dirty.ratio", "0.01"));
      try (KafkaProducer<byte[], byte[]> producer = producer(cluster, Map.of())) {
        for (int i = 0; i < 1_000; i++) {
          producer.send(next(topic, "key-" + i * 7 % 30));
        }
        producer.flush();
        // A segment is closed by the next record, once its time is up, and only then compacted.
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> {
                  producer.send(next(topic, "last")).get();
                  return read(cluster, topic).size() < 500;
                });
      }
      for (ConsumerRecord<byte[], byte[]> record : settledLog(cluster, topic)) {
        history.published("", new Position(topic, 0, record.offset()));
      }
      consume(cluster, protocol, options, history, topic);
      // What the cleaner took away between our reading and the group's is no loss.
      assertThat(cluster.judge(history).settled()).isGreaterThanOrEqualTo(30);
    }
  }

  /** What is left once nothing goes any more. */
  private static List<ConsumerRecord<byte[], byte[]>> settledLog(Cluster cluster, String topic) {
    List<ConsumerRecord<byte[], byte[]>> before = read(cluster, topic);
    while (true) {
      List<ConsumerRecord<byte[], byte[]>> now = read(cluster, topic);
      if (now.size() == before.size()) {
        return now;
      }
      before = now;
    }
  }

  private static void consume(
      Cluster cluster, Protocol protocol, SubscribeOptions options, History history, String topic) {
    try (Events events = cluster.events(protocol.in(cluster.config()), history).build()) {
      events.subscribe(
          Step.topic(topic), options, step -> assertThat(step.payload().number()).isNotNegative());
      cluster.awaitDone(history, options.group(), topic, 1);
    }
  }

  private static void tell(History history, List<Future<RecordMetadata>> sent)
      throws ExecutionException, InterruptedException {
    for (Future<RecordMetadata> each : sent) {
      RecordMetadata at = each.get();
      history.published("", new Position(at.topic(), at.partition(), at.offset()));
    }
  }

  private ProducerRecord<byte[], byte[]> next(String topic, String key) {
    return record(topic, key, key + ":" + steps.next(key).number());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
    return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private static KafkaProducer<byte[], byte[]> producer(Cluster cluster, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", cluster.bootstrapServers());
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(Cluster cluster, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    TopicPartition id = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(id));
      consumer.seekToBeginning(List.of(id));
      long end = consumer.endOffsets(List.of(id)).get(id);
      while (consumer.position(id) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
