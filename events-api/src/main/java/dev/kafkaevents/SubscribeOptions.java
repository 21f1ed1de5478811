package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** How a subscription runs. Immutable: {@code withX} returns a changed copy. */
public final class SubscribeOptions {
  private final String group;
  private final Ordering ordering;
  private final int concurrency;
  private final int maxInFlight;
  private final Duration drainTimeout;

  private SubscribeOptions(
      String group, Ordering ordering, int concurrency, int maxInFlight, Duration drainTimeout) {
    this.group = group;
    this.ordering = ordering;
    this.concurrency = concurrency;
    this.maxInFlight = maxInFlight;
    this.drainTimeout = drainTimeout;
  }

  /**
   * The defaults: order by key, 16 handlers at once, 2,048 records in flight, and 10 s for handlers
   * that run when a partition is taken away.
   *
   * @param group the consumer group: its members share the partitions and one committed offset for
   *     each
   */
  public static SubscribeOptions group(String group) {
    if (group.isBlank()) {
      throw new IllegalArgumentException(
          "the group of a subscription is blank; name the application's part that reads");
    }
    return new SubscribeOptions(group, Ordering.KEY, 16, 2048, Duration.ofSeconds(10));
  }

  /** Which events wait for each other. */
  public SubscribeOptions withOrdering(Ordering ordering) {
    return new SubscribeOptions(
        group, requireNonNull(ordering, "ordering"), concurrency, maxInFlight, drainTimeout);
  }

  /**
   * How many handlers run at once, at most; it may be far above the number of partitions. At least
   * 1.
   */
  public SubscribeOptions withConcurrency(int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency is " + concurrency + ", must be at least 1");
    }
    return new SubscribeOptions(group, ordering, concurrency, maxInFlight, drainTimeout);
  }

  /**
   * How many records may be read and not yet settled before reading pauses. One poll may exceed it,
   * by at most {@code max.poll.records}. At least 1.
   */
  public SubscribeOptions withMaxInFlight(int maxInFlight) {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("maxInFlight is " + maxInFlight + ", must be at least 1");
    }
    return new SubscribeOptions(group, ordering, concurrency, maxInFlight, drainTimeout);
  }

  /**
   * How long to wait for handlers that run when a partition is taken away. What they finish is
   * committed; what they do not is delivered again, to the next owner. Not negative, and below
   * {@code max.poll.interval.ms}.
   */
  public SubscribeOptions withDrainTimeout(Duration drainTimeout) {
    if (drainTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "drainTimeout is " + drainTimeout + ", must not be negative");
    }
    return new SubscribeOptions(group, ordering, concurrency, maxInFlight, drainTimeout);
  }

  /** The consumer group. */
  public String group() {
    return group;
  }

  /** Which events wait for each other. */
  public Ordering ordering() {
    return ordering;
  }

  /** How many handlers run at once, at most. */
  public int concurrency() {
    return concurrency;
  }

  /** How many records may be read and not yet settled. */
  public int maxInFlight() {
    return maxInFlight;
  }

  /** How long to wait for handlers that run when a partition is taken away. */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  @Override
  public String toString() {
    return "group %s, ordering %s, concurrency %d, maxInFlight %d, drainTimeout %s"
        .formatted(group, ordering, concurrency, maxInFlight, drainTimeout);
  }
}
