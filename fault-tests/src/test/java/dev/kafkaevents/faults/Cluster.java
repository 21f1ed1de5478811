package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.KafkaCluster;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A cluster, and what the tests ask it that the framework does not tell. */
final class Cluster {
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static final AtomicInteger MEMBERS = new AtomicInteger();

  private final String bootstrapServers;
  private final TopicCreator creator;

  private Cluster(String bootstrapServers, TopicCreator creator) {
    this.bootstrapServers = bootstrapServers;
    this.creator = creator;
  }

  static Cluster of(KafkaBroker broker) {
    return new Cluster(broker.bootstrapServers(), broker::createTopic);
  }

  static Cluster of(KafkaCluster cluster) {
    return new Cluster(cluster.bootstrapServers(), cluster::createTopic);
  }

  /** Shared by all tests that do no harm to it; ends with the JVM. */
  static Cluster shared() {
    return Shared.CLUSTER;
  }

  private static final class Shared {
    static final KafkaBroker BROKER = KafkaBroker.start();
    static final Cluster CLUSTER = of(BROKER);
  }

  /** The broker of {@link #shared}: whoever harms it makes it good again. */
  static KafkaBroker sharedBroker() {
    return Shared.BROKER;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  String newTopic(int partitions) {
    return newTopic(partitions, Map.of());
  }

  String newTopic(int partitions, Map<String, String> configs) {
    String name = "steps-" + TOPICS.incrementAndGet();
    createTopic(name, partitions, configs);
    return name;
  }

  void createTopic(String name, int partitions, Map<String, String> configs) {
    creator.create(name, partitions, configs);
  }

  EventsConfig config() {
    return EventsConfig.of("faults", bootstrapServers).withConsumer("fetch.max.wait.ms", "50");
  }

  KafkaEvents.Builder events() {
    return events(config());
  }

  KafkaEvents.Builder events(EventsConfig config) {
    return KafkaEvents.builder(config).serde(Step.serde());
  }

  /** As another member of {@code history}, which is told all. */
  KafkaEvents.Builder events(EventsConfig config, History history) {
    return events(config).probe(history.member("member-" + MEMBERS.incrementAndGet()));
  }

  /** The committed offset of each partition that has one. */
  Map<Integer, Long> committed(String group) {
    return ask(
        admin ->
            admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue() != null)
                .collect(
                    Collectors.toMap(
                        entry -> entry.getKey().partition(),
                        entry -> entry.getValue().offset(),
                        (a, b) -> a,
                        TreeMap::new)));
  }

  /** The end offset of each partition. */
  Map<Integer, Long> end(String topic, int partitions) {
    Map<TopicPartition, OffsetSpec> asked =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    return ask(
        admin -> {
          Map<Integer, Long> ends = new TreeMap<>();
          for (Map.Entry<TopicPartition, ListOffsetsResultInfo> entry :
              admin.listOffsets(asked).all().get().entrySet()) {
            ends.put(entry.getKey().partition(), entry.getValue().offset());
          }
          return ends;
        });
  }

  /** All that a topic has, as it is. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, int partitions) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      Set<TopicPartition> all =
          IntStream.range(0, partitions)
              .mapToObj(partition -> new TopicPartition(topic, partition))
              .collect(Collectors.toSet());
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return all.stream().allMatch(each -> consumer.position(each) >= ends.get(each));
              });
    }
    return records;
  }

  /** Takes all partitions from all members of a group, which are not asked. */
  void evictAll(String group) {
    ask(
        admin ->
            admin
                .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                .all()
                .get());
  }

  /** Waits until all is settled and committed. */
  void awaitDone(History history, String group, String topic, int partitions) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> history.settledCount() >= history.publishedCount());
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(committed(group)).isEqualTo(end(topic, partitions)));
  }

  /** Tells {@code history} what the brokers know. */
  void tell(History history) {
    ask(
        admin -> {
          history.readBroker(admin);
          return history;
        });
  }

  /** Judges a history that has ended, by what the brokers know too. */
  Verdict.Figures judge(History history) {
    tell(history);
    Verdict verdict = history.judge();
    System.out.println(verdict.figures());
    verdict.check();
    return verdict.figures();
  }

  /** Judges a history in which nothing bad happened: then nothing comes twice. */
  void judgeUndisturbed(History history) {
    Verdict.Figures figures = judge(history);
    assertThat(figures.lost()).as("partitions lost").isZero();
    assertThat(figures.repeated()).as("repeats").isZero();
  }

  private <R> R ask(Question<R> question) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      return question.ask(admin);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Question<R> {
    R ask(Admin admin) throws InterruptedException, ExecutionException;
  }

  private interface TopicCreator {
    void create(String name, int partitions, Map<String, String> configs);
  }
}
