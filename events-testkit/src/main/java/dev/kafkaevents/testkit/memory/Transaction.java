package dev.kafkaevents.testkit.memory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One transaction, from its first record or offset to its markers. Guarded by the broker's lock.
 */
final class Transaction {
  enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  final long startedNanos;
  final long timeoutNanos;
  State state = State.OPEN;
  final Set<PartitionLog> logs = new LinkedHashSet<>();

  /** Offsets to commit with it, by group. */
  final Map<Group, Map<TopicPartition, OffsetAndMetadata>> offsets = new LinkedHashMap<>();

  Transaction(long startedNanos, long timeoutNanos) {
    this.startedNanos = startedNanos;
    this.timeoutNanos = timeoutNanos;
  }

  void addOffsets(Group group, Map<TopicPartition, OffsetAndMetadata> more) {
    offsets.computeIfAbsent(group, g -> new HashMap<>()).putAll(more);
  }

  void end(boolean commit, long millis) {
    state = commit ? State.COMMITTED : State.ABORTED;
    for (PartitionLog log : logs) {
      log.end(this, millis);
    }
    offsets.forEach(
        (group, ahead) -> {
          group.pending.remove(this);
          if (commit) {
            group.committed.putAll(ahead);
          }
        });
  }
}
