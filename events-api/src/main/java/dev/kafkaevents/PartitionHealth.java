package dev.kafkaevents;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** How a subscription stood with one of its partitions, at one moment. */
public interface PartitionHealth {
  /** Its number. */
  int partition();

  /** The next offset to read; empty before anything was read. */
  OptionalLong position();

  /**
   * The offset before which everything is settled: the next one to commit, unless it is committed
   * already. Empty before anything was read.
   */
  OptionalLong settledTo();

  /** The committed offset; empty if the group has none yet. */
  OptionalLong committed();

  /** How many records are read and not settled. At most a second old. */
  int inFlight();

  /**
   * How many offsets lie between {@link #settledTo} and the end; empty if the end is not known yet.
   * Offsets without a record count too (compacted topics, markers of transactions).
   */
  OptionalLong lag();

  /**
   * For how long the first record that is not settled has been there: since its timestamp, or,
   * while it is not read yet, since it is known of. Zero if there is none; empty if {@link #lag}
   * is.
   */
  Optional<Duration> timeLag();

  /** Why it is not read; empty if it is. */
  Set<PauseReason> paused();

  /**
   * Whether the first unsettled event has been the same for longer than {@link
   * SubscribeOptions#stallTimeout}, although the partition is paused neither by the application nor
   * for a dependency.
   */
  boolean isStalled();
}
