package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Position;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done on an in-memory Kafka where one thing is done at a time.
 *
 * @param who the thread, after the name of its application if that has one
 * @param at where: of several records the first, of a commit the offset; null if it is nowhere, and
 *     with offset -1 if it is of a whole partition
 * @param what in words, without any payload or key
 */
public record Step(Kind kind, String who, @Nullable Position at, String what) {
  /** What can be done. */
  public enum Kind {
    /** Records are in the log. */
    STORED,
    /** A poll returned records. */
    POLLED,
    /** A handler is called, for the first time or again. */
    DELIVERED,
    /** A delivery is over. */
    SETTLED,
    /** A delivery failed for good. */
    FAILED,
    /** An attempt failed, and another is to come. */
    RETRY,
    /** The group knows that an offset is committed. */
    COMMITTED,
    /** A commit was refused. */
    COMMIT_FAILED,
    /** A member has a partition. */
    ASSIGNED,
    /** A member gave a partition up. */
    REVOKED,
    /** A member found out that a partition is not its own any more. */
    LOST,
    /** A timer fired. */
    TIMER,
    /** The group threw a member out. */
    EVICTED,
    /** An application was ended on the spot. */
    CRASHED,
    /** An application was started. */
    STARTED
  }

  @Override
  public String toString() {
    return who + ": " + what;
  }
}
