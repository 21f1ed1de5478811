package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Position;

/**
 * One thing that happened. The thread tells two deliveries of one record to one member apart. Of
 * the parts that a kind does not have, numbers are {@link #NONE} and texts empty. For an offset
 * that is no record's (of a commit, say) it stands where theirs does.
 */
record Action(
    long nanos,
    String member,
    Kind kind,
    String topic,
    int partition,
    long offset,
    int key,
    int attempt,
    long thread,
    String note) {
  static final int NONE = -1;

  /** The member of what no member did. */
  static final String CLUSTER = "-";

  enum Kind {
    PUBLISHED,
    ASSIGNED,
    REVOKED,
    LOST,
    DELIVERED,
    SETTLED,
    /** Where a dead letter is, and of which record. */
    DEAD_LETTERED,
    FAILED,
    RETRY,
    COMMITTED,
    CRASHED,
    RESET,
    FAULT_BEGINS,
    FAULT_ENDS,
    /** The committed offset, as the broker tells it. */
    BROKER_HAS,
    /** The end offset. */
    LOG_ENDS
  }

  boolean isOfAPartition() {
    return partition != NONE;
  }

  Position position() {
    return new Position(topic, partition, offset);
  }
}
