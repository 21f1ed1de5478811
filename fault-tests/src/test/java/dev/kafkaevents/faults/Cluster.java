package dev.kafkaevents.faults;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.testkit.KafkaBroker;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** A broker, and what the tests ask it that the framework does not tell. */
record Cluster(KafkaBroker broker) {
  private static final AtomicInteger TOPICS = new AtomicInteger();

  /** Shared by all tests that do no harm to it; ends with the JVM. */
  static Cluster shared() {
    return Shared.CLUSTER;
  }

  private static final class Shared {
    static final Cluster CLUSTER = new Cluster(KafkaBroker.start());
  }

  String newTopic(int partitions) {
    String name = "steps-" + TOPICS.incrementAndGet();
    broker.createTopic(name, partitions);
    return name;
  }

  EventsConfig config() {
    return EventsConfig.of("faults", broker.bootstrapServers())
        .withConsumer("fetch.max.wait.ms", "50");
  }

  KafkaEvents.Builder events() {
    return KafkaEvents.builder(config()).serde(Step.serde());
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

  private <R> R ask(Question<R> question) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return question.ask(admin);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Question<R> {
    R ask(Admin admin) throws InterruptedException, ExecutionException;
  }
}
