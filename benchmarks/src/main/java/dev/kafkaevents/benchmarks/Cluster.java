package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.ConsumingContender.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the broker says about topics and groups. */
final class Cluster implements AutoCloseable {
  final String bootstrapServers;
  private final Admin admin;

  Cluster(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  Map<TopicPartition, Long> ends(String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(id -> id, id -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin.listOffsets(latest).all().get().forEach((id, end) -> ends.put(id, end.offset()));
    return ends;
  }

  private Map<TopicPartition, Long> committed(String group)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach((id, offset) -> committed.put(id, offset.offset()));
    return committed;
  }

  /** What was wrong with a contender that is closed, or null: all handled, and all committed. */
  @Nullable String problem(Tally tally, ConsumingContender contender, Source source, int partitions)
      throws ExecutionException, InterruptedException {
    String problem = tally.problem(contender.keepsKeyOrder());
    if (problem != null) {
      return problem;
    }
    Map<TopicPartition, Long> committed = committed(source.group());
    long uncommitted = 0;
    for (Map.Entry<TopicPartition, Long> end : ends(source.topic(), partitions).entrySet()) {
      uncommitted += Math.abs(end.getValue() - committed.getOrDefault(end.getKey(), 0L));
    }
    return uncommitted == 0
        ? null
        : "after closing, the committed offsets are %,d from the ends".formatted(uncommitted);
  }

  void delete(String topic) throws ExecutionException, InterruptedException {
    admin.deleteTopics(List.of(topic)).all().get();
  }

  @Override
  public void close() {
    admin.close();
  }
}
