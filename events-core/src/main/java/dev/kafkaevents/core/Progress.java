package dev.kafkaevents.core;

import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PauseReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

  /** Since when the first unsettled record has been there, in milliseconds of the epoch. */
  private volatile long oldest = UNKNOWN;

  /** What {@link #settledTo} was then. Confined to the poll thread. */
  private long oldestAt = UNKNOWN;

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

  /** Its records are others now. */
  void committedIsUnknown() {
    committed = UNKNOWN;
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

  /**
   * The timestamp of the first unsettled record, below 0 if it is not read or has none: then it
   * counts from {@code now}, or from when it was first asked for.
   */
  void oldestIs(long timestamp, long now) {
    if (!somethingWaits()) {
      oldest = UNKNOWN;
    } else if (timestamp >= 0) {
      oldest = timestamp;
    } else if (oldest == UNKNOWN || oldestAt != settledTo) {
      oldest = now;
    }
    oldestAt = settledTo;
  }

  private boolean somethingWaits() {
    return unsettled > 0 || (end != UNKNOWN && end > settledTo);
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
    if (!somethingWaits() || settledTo != stuckAt || isMeantToWait()) {
      stuckAt = settledTo;
      stuckSince = now;
    }
    return now - stuckSince;
  }

  private boolean isMeantToWait() {
    Set<PauseReason> reasons = pauses;
    return reasons.contains(PauseReason.USER) || reasons.contains(PauseReason.DEPENDENCY);
  }

  PartitionHealth health(int partition, Instant now) {
    long reached = settledTo;
    long known = end;
    OptionalLong lag =
        known == UNKNOWN || reached == UNKNOWN
            ? OptionalLong.empty()
            : OptionalLong.of(Math.max(0, known - reached));
    return new Health(
        partition,
        optional(position),
        optional(reached),
        optional(committed),
        unsettled,
        lag,
        lag.isEmpty() ? Optional.empty() : Optional.of(timeLag(lag.getAsLong(), now)),
        pauses,
        stalled);
  }

  private Duration timeLag(long lag, Instant now) {
    long since = oldest;
    return lag == 0 || since == UNKNOWN
        ? Duration.ZERO // what came a moment ago was not looked at yet
        : Duration.ofMillis(Math.max(0, now.toEpochMilli() - since));
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
      Optional<Duration> timeLag,
      Set<PauseReason> paused,
      boolean isStalled)
      implements PartitionHealth {}
}
