package dev.kafkaevents.core;

import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PauseReason;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How far an assignment has come, for everybody to see: the poll thread writes, anybody reads. Each
 * value for itself is right; together they may be of neighbouring moments.
 */
final class Progress {
  private static final long UNKNOWN = -1;

  private volatile long position = UNKNOWN;
  private volatile long settledTo = UNKNOWN;
  private volatile long committed;
  private volatile long end = UNKNOWN;
  private volatile int unsettled;
  private volatile boolean stalled;
  private volatile Set<PauseReason> pauses = Set.of();

  /** The offset that {@link #stuckFor} saw last, and since when. Confined to the poll thread. */
  private long stuckAt = UNKNOWN;

  private long stuckSince;

  Progress(long committed) {
    this.committed = committed;
  }

  long committed() {
    return committed;
  }

  void committedIs(long offset) {
    committed = Math.max(committed, offset);
  }

  long position() {
    return position;
  }

  void positionIs(long offset) {
    position = offset;
  }

  long settledTo() {
    return settledTo;
  }

  void settledToIs(long offset) {
    settledTo = offset;
  }

  void unsettledIs(int records) {
    unsettled = records;
  }

  void endIs(long offset) {
    end = offset;
  }

  void endIsUnknown() {
    end = UNKNOWN;
  }

  Set<PauseReason> pauses() {
    return pauses;
  }

  void pausesAre(Set<PauseReason> reasons) {
    pauses = reasons;
  }

  boolean isStalled() {
    return stalled;
  }

  void stalledIs(boolean stalled) {
    this.stalled = stalled;
  }

  /**
   * For how many nanoseconds something has been waiting at the same offset; 0 if nothing waits, or
   * is not meant to go on. Poll thread.
   */
  long stuckFor(long now) {
    boolean waits = unsettled > 0 || (end != UNKNOWN && end > settledTo);
    if (!waits || settledTo != stuckAt || isMeantToWait()) {
      stuckAt = settledTo;
      stuckSince = now;
    }
    return now - stuckSince;
  }

  private boolean isMeantToWait() {
    Set<PauseReason> reasons = pauses;
    return reasons.contains(PauseReason.USER) || reasons.contains(PauseReason.DEPENDENCY);
  }

  PartitionHealth health(int partition) {
    long reached = settledTo;
    long known = end;
    return new Health(
        partition,
        optional(position),
        optional(reached),
        optional(committed),
        unsettled,
        known == UNKNOWN || reached == UNKNOWN
            ? OptionalLong.empty()
            : OptionalLong.of(Math.max(0, known - reached)),
        pauses,
        stalled);
  }

  private static OptionalLong optional(long offset) {
    return offset == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  private record Health(
      int partition,
      OptionalLong position,
      OptionalLong settledTo,
      OptionalLong committed,
      int inFlight,
      OptionalLong lag,
      Set<PauseReason> paused,
      boolean isStalled)
      implements PartitionHealth {}
}
