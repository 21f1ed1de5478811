package dev.kafkaevents;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a subscription was at one moment. Made from memory: asking never waits, neither for a broker
 * nor for a thread of the subscription.
 */
public interface SubscriptionHealth {
  /** What it was doing. */
  Subscription.State state();

  /** What stopped it, or is stopping it; null if nothing failed. */
  @Nullable SubscriptionException failure();

  /**
   * Why the cluster can't be read at the moment, in words, although that is tried again and again;
   * null if it can be, and there was no error for five seconds.
   */
  @Nullable String trouble();

  /** How long ago its loop last went round, which it does several times a second. */
  Duration sinceLastTurn();

  /**
   * Whether it should get on and does not: its loop hangs, or a partition {@link
   * PartitionHealth#isStalled}.
   */
  boolean isStalled();

  /** The partitions it has, in order. */
  List<PartitionHealth> partitions();

  /**
   * How many records handlers finished after their partition was given up, ever. They were
   * delivered again to somebody.
   */
  long settledLate();

  /** What its interceptors say of themselves. */
  List<Condition> conditions();

  /**
   * A metric that Kafka's consumer has of itself as a whole, such as {@code
   * consumer-fetch-manager-metrics} and {@code fetch-latency-avg}; empty if there is none, or it
   * has no value. Of now, and not of the moment of the rest.
   */
  OptionalDouble clientMetric(String group, String name);

  /**
   * How many offsets lie between what is settled and the ends of all its partitions; empty as long
   * as one of the ends, or which partitions it has, is unknown. Right also while paused. At most a
   * few seconds old.
   */
  default OptionalLong lag() {
    if (state() == Subscription.State.STARTING) {
      return OptionalLong.empty();
    }
    long sum = 0;
    for (PartitionHealth partition : partitions()) {
      OptionalLong lag = partition.lag();
      if (lag.isEmpty()) {
        return lag;
      }
      sum += lag.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /**
   * The longest {@link PartitionHealth#timeLag} of its partitions; empty as long as {@link #lag}
   * is.
   */
  default Optional<Duration> timeLag() {
    if (lag().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        partitions().stream()
            .flatMap(partition -> partition.timeLag().stream())
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO));
  }
}
