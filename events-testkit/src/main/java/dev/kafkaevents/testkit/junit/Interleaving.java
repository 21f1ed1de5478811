package dev.kafkaevents.testkit.junit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a consumer polled, and hands it on one record at a time: of a partition in its order,
 * and of partitions in an order by chance. Confined to the thread that polls.
 */
final class Interleaving {
  private final Random random;
  private final Map<TopicPartition, Deque<ConsumerRecord<byte[], byte[]>>> kept =
      new LinkedHashMap<>();

  /** Where the consumer is, which is further than what was handed on. */
  private final Map<TopicPartition, OffsetAndMetadata> positions = new LinkedHashMap<>();

  Interleaving(long seed) {
    this.random = new Random(seed);
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  void keep(ConsumerRecords<byte[], byte[]> polled) {
    for (TopicPartition id : polled.partitions()) {
      kept.computeIfAbsent(id, unknown -> new ArrayDeque<>()).addAll(polled.records(id));
    }
    positions.putAll(polled.nextOffsets());
  }

  /** Of which partitions it has something that may be handed on. */
  List<TopicPartition> ready(Set<TopicPartition> paused) {
    List<TopicPartition> ready = new ArrayList<>(kept.keySet());
    ready.removeAll(paused);
    return ready;
  }

  /** The next record of any of {@code ready}; none if that is empty. */
  ConsumerRecords<byte[], byte[]> next(List<TopicPartition> ready) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
    if (!ready.isEmpty()) {
      TopicPartition id = ready.get(random.nextInt(ready.size()));
      Deque<ConsumerRecord<byte[], byte[]>> ofIt = kept.getOrDefault(id, new ArrayDeque<>());
      ConsumerRecord<byte[], byte[]> record = ofIt.remove();
      if (ofIt.isEmpty()) {
        kept.remove(id);
      }
      records.put(id, List.of(record));
      offsets.put(id, after(record));
    }
    positions.forEach(
        (id, position) -> {
          if (!kept.containsKey(id)) {
            offsets.put(id, position);
          }
        });
    positions.keySet().retainAll(kept.keySet());
    return new ConsumerRecords<>(records, offsets);
  }

  private static OffsetAndMetadata after(ConsumerRecord<?, ?> record) {
    Optional<Integer> epoch = record.leaderEpoch();
    return new OffsetAndMetadata(record.offset() + 1, epoch, "");
  }

  /** What is to be handed on next of a partition; null if nothing is kept of it. */
  @Nullable Long position(TopicPartition id) {
    Deque<ConsumerRecord<byte[], byte[]>> ofIt = kept.get(id);
    return ofIt == null ? null : ofIt.element().offset();
  }

  /** Forgets what is kept of partitions that are given up, or read from elsewhere. */
  void drop(Collection<TopicPartition> ids) {
    kept.keySet().removeAll(ids);
    positions.keySet().removeAll(ids);
  }

  void dropAllBut(Collection<TopicPartition> ids) {
    kept.keySet().retainAll(ids);
    positions.keySet().retainAll(ids);
  }
}
