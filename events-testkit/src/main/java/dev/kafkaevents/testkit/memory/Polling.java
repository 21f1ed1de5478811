package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.memory.Positions.Position;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a poll does: takes part in the group, finds out where to read, and waits for records.
 * Confined to the consumer's thread.
 */
final class Polling<K, V> {
  private final Broker broker;
  private final ConsumerSettings settings;
  private final Positions positions;
  private final KnownTopics known;
  private final Fetched<K, V> fetched;
  private final ConsumerThread thread;
  private final Committing committing;

  /** At which version of the broker there was nothing left to do. Guarded by the broker's lock. */
  private long idleAt = -1;

  Polling(
      Broker broker,
      ConsumerSettings settings,
      Positions positions,
      KnownTopics known,
      Fetched<K, V> fetched,
      ConsumerThread thread,
      Committing committing) {
    this.broker = broker;
    this.settings = settings;
    this.positions = positions;
    this.known = known;
    this.fetched = fetched;
    this.thread = thread;
    this.committing = committing;
  }

  private long now() {
    return broker.atomically(broker.time::nanos);
  }

  /**
   * What there is, at {@code until} at the latest.
   *
   * @param group the part it takes in its group; null if its partitions were assigned by hand
   */
  ConsumerRecords<K, V> pollUntil(long until, @Nullable Rebalances group) {
    while (true) {
      long seen = broker.version(); // before looking for requests, or one that comes now is missed
      thread.heedRequests();
      committing.callBack();
      if (group != null) {
        group.step();
        group.polls(); // It may have become a member just now.
      }
      committing.autoCommitIfDue(false);
      findPositions(positions.ids());
      ConsumerRecords<K, V> records = fetched.poll();
      if (records != null) {
        return records;
      }
      lookIdle(seen);
      if (now() >= until) {
        return ConsumerRecords.empty();
      }
      long due = nextDue(group != null);
      thread.await(seen, Math.min(until, due), due);
    }
  }

  private void lookIdle(long seen) {
    broker.atomically(
        () -> {
          boolean idle = true;
          for (Map.Entry<TopicPartition, Position> entry : positions.all().entrySet()) {
            idle &= isCaughtUp(entry.getKey(), entry.getValue());
          }
          idleAt = idle ? seen : -1;
        });
  }

  private boolean isCaughtUp(TopicPartition id, Position position) {
    PartitionLog log = broker.findLog(id);
    if (log == null || position.paused) {
      return true;
    }
    Long next = position.next;
    if (next == null || next < log.end(settings.committedOnly)) {
      return false;
    }
    Commits commits = committing.ofGroup();
    OffsetAndMetadata committed = position.moved && commits != null ? commits.committed(id) : null;
    return !position.moved || (committed != null && committed.offset() == next);
  }

  /** Whether nothing has changed since it had nothing left to do. Under the broker's lock. */
  boolean isIdleSince(long version) {
    return idleAt == version;
  }

  private long nextDue(boolean refreshesTopics) {
    return Math.min(
        refreshesTopics ? broker.atomically(known::nextRefresh) : Long.MAX_VALUE,
        committing.nextDue());
  }

  /** Where the next poll reads; waits for that until {@code until}. */
  long position(TopicPartition id, long until) {
    Position position = positions.find(id);
    if (position == null) {
      throw new IllegalStateException(
          "You can only check the position for partitions assigned to this consumer.");
    }
    thread.awaitUntil(
        until,
        () -> {
          findPositions(List.of(id));
          return position.next != null;
        },
        "the position of " + id);
    Long next = position.next;
    return next == null ? -1L : next;
  }

  /** Gives a position to those that have none, where it can be known now. */
  private void findPositions(Collection<TopicPartition> ids) {
    Set<TopicPartition> without = new HashSet<>();
    for (TopicPartition id : ids) {
      Position position = positions.find(id);
      if (position != null && position.next == null && !findPosition(id, position)) {
        without.add(id);
      }
    }
    if (!without.isEmpty()) {
      throw new NoOffsetForPartitionException(without);
    }
  }

  /** False if there is neither a commit nor a rule for that. */
  private boolean findPosition(TopicPartition id, Position position) {
    Reset reset = position.reset;
    Commits commits = committing.ofGroup();
    if (reset == null && commits != null) {
      if (settings.committedOnly && commits.isUnstable(id)) {
        return true;
      }
      OffsetAndMetadata committed = commits.committed(id);
      if (committed != null) {
        position.is(committed.offset());
        return true;
      }
    }
    Reset rule = reset == null ? settings.reset : reset;
    if (rule.kind() == Reset.Kind.NONE) {
      return false;
    }
    broker.atomically(
        () -> {
          PartitionLog log = broker.findLog(id);
          if (log != null) {
            position.is(rule.offset(log, settings.committedOnly, broker.time.millis()));
          }
        });
    return true;
  }
}
