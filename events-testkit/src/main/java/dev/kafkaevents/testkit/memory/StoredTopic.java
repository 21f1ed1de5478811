package dev.kafkaevents.testkit.memory;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** A topic. Guarded by the broker's lock. */
final class StoredTopic {
  final String name;
  final Uuid uuid;
  final List<PartitionLog> logs = new ArrayList<>();
  TopicSettings settings;

  /** Until when it takes nothing. */
  long unavailableUntil = Long.MIN_VALUE;

  StoredTopic(String name, Uuid uuid, int partitions, TopicSettings settings) {
    this.name = name;
    this.uuid = uuid;
    this.settings = settings;
    growTo(partitions);
  }

  void growTo(int partitions) {
    while (logs.size() < partitions) {
      logs.add(new PartitionLog(new TopicPartition(name, logs.size()), this));
    }
  }
}
