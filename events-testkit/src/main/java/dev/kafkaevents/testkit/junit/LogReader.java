package dev.kafkaevents.testkit.junit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Looks at what lies on a backend. Names are those the application declares. */
record LogReader(TestBackend backend) {
  /** All records of a topic that are committed, partition by partition. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      for (TopicPartition id : partitions(consumer, topic)) {
        consumer.assign(List.of(id));
        consumer.seekToBeginning(List.of(id));
        Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(id));
        while (consumer.position(id) < ends.getOrDefault(id, 0L)) {
          consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
      }
    }
    return records;
  }

  /** The end offset of each partition of a topic. */
  Map<Integer, Long> ends(String topic) {
    Map<Integer, Long> ends = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      consumer
          .endOffsets(partitions(consumer, topic))
          .forEach((id, end) -> ends.put(id.partition(), end));
    }
    return ends;
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>(backend.clientConfig());
    config.put("key.deserializer", ByteArrayDeserializer.class);
    config.put("value.deserializer", ByteArrayDeserializer.class);
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", "false");
    return backend.reader(config);
  }

  private List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> ids = new ArrayList<>();
    for (PartitionInfo info : consumer.partitionsFor(backend.names().topic(topic))) {
      ids.add(new TopicPartition(info.topic(), info.partition()));
    }
    return ids;
  }

  /** What a group has committed of a topic, by partition. */
  Map<Integer, Long> committed(String group, String topic) {
    String onCluster = backend.names().topic(topic);
    Map<Integer, Long> committed = new HashMap<>();
    committedOf(backend.names().group(group))
        .forEach(
            (id, offset) -> {
              if (offset != null && id.topic().equals(onCluster)) {
                committed.put(id.partition(), offset.offset());
              }
            });
    return committed;
  }

  private Map<TopicPartition, @Nullable OffsetAndMetadata> committedOf(String group) {
    try {
      return backend.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      return Map.of(); // Of a group that nobody knows, nothing is committed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
