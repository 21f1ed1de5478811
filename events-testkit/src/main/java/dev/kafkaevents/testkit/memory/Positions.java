package dev.kafkaevents.testkit.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer is assigned and how far it has read. A partition that is assigned anew begins
 * without a position. Confined to the consumer's thread.
 */
final class Positions {
  private final Map<TopicPartition, Position> assigned = new LinkedHashMap<>();

  /** Of one partition. */
  static final class Position {
    /** What would be read next; null until it is known. */
    @Nullable Long next;

    boolean paused;

    /** Something was returned, or skipped, since it was assigned. */
    boolean moved;

    /** Asked for, and looked up when it is needed. */
    @Nullable Reset reset;

    /** Where what can be read ended, when it was last looked at. */
    @Nullable Long end;

    void is(long offset) {
      next = offset;
      reset = null;
    }

    void reset(Reset to) {
      next = null;
      reset = to;
    }
  }

  Set<TopicPartition> ids() {
    return new LinkedHashSet<>(assigned.keySet());
  }

  boolean isEmpty() {
    return assigned.isEmpty();
  }

  @Nullable Position find(TopicPartition id) {
    return assigned.get(id);
  }

  Position of(TopicPartition id) {
    Position position = assigned.get(id);
    if (position == null) {
      throw new IllegalStateException("No current assignment for partition " + id);
    }
    return position;
  }

  Map<TopicPartition, Position> all() {
    return assigned;
  }

  void add(Collection<TopicPartition> ids) {
    ids.forEach(id -> assigned.put(id, new Position()));
  }

  void remove(Collection<TopicPartition> ids) {
    ids.forEach(assigned::remove);
  }

  /** Those that stay keep their position and stay paused. */
  void assign(Collection<TopicPartition> ids) {
    assigned.keySet().retainAll(Set.copyOf(ids));
    for (TopicPartition id : ids) {
      assigned.computeIfAbsent(id, i -> new Position());
    }
  }

  Set<TopicPartition> paused() {
    Set<TopicPartition> paused = new LinkedHashSet<>();
    assigned.forEach(
        (id, position) -> {
          if (position.paused) {
            paused.add(id);
          }
        });
    return paused;
  }

  /** All of them if none is named. */
  List<TopicPartition> namedOrAll(Collection<TopicPartition> named) {
    return new ArrayList<>(named.isEmpty() ? assigned.keySet() : named);
  }
}
