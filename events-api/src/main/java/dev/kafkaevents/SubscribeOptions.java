package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a subscription runs. Immutable: {@code withX} returns a changed copy. */
public final class SubscribeOptions {
  private final String group;
  private final Ordering ordering;
  private final int concurrency;
  private final int maxInFlight;
  private final long maxBytesInFlight;
  private final Duration drainTimeout;
  private final @Nullable Duration handlerTimeout;

  private SubscribeOptions(
      String group,
      Ordering ordering,
      int concurrency,
      int maxInFlight,
      long maxBytesInFlight,
      Duration drainTimeout,
      @Nullable Duration handlerTimeout) {
    this.group = group;
    this.ordering = ordering;
    this.concurrency = concurrency;
    this.maxInFlight = maxInFlight;
    this.maxBytesInFlight = maxBytesInFlight;
    this.drainTimeout = drainTimeout;
    this.handlerTimeout = handlerTimeout;
  }

  /**
   * The defaults: order by key, 16 handlers at once, 2,048 records or 64 MiB in flight, 10 s for
   * handlers that run when a partition is taken away, and no time-out for asynchronous handlers.
   *
   * @param group the consumer group: its members share the partitions and one committed offset for
   *     each
   */
  public static SubscribeOptions group(String group) {
    if (group.isBlank()) {
      throw new IllegalArgumentException(
          "the group of a subscription is blank; name the application's part that reads");
    }
    return new SubscribeOptions(
        group, Ordering.KEY, 16, 2048, 64L << 20, Duration.ofSeconds(10), null);
  }

  /** Which events wait for each other. */
  public SubscribeOptions withOrdering(Ordering ordering) {
    return new SubscribeOptions(
        group,
        requireNonNull(ordering, "ordering"),
        concurrency,
        maxInFlight,
        maxBytesInFlight,
        drainTimeout,
        handlerTimeout);
  }

  /**
   * How many handlers run at once, at most; it may be far above the number of partitions. At least
   * 1.
   */
  public SubscribeOptions withConcurrency(int concurrency) {
    return new SubscribeOptions(
        group,
        ordering,
        atLeastOne("concurrency", concurrency),
        maxInFlight,
        maxBytesInFlight,
        drainTimeout,
        handlerTimeout);
  }

  /**
   * How many records may be read and not yet settled before reading pauses. One poll may exceed it,
   * by at most {@code max.poll.records}. At least 1.
   */
  public SubscribeOptions withMaxInFlight(int maxInFlight) {
    return new SubscribeOptions(
        group,
        ordering,
        concurrency,
        atLeastOne("maxInFlight", maxInFlight),
        maxBytesInFlight,
        drainTimeout,
        handlerTimeout);
  }

  /**
   * How many bytes of keys and values may be read and not yet settled before reading pauses. One
   * poll may exceed it, by at most {@code fetch.max.bytes}. At least 1.
   */
  public SubscribeOptions withMaxBytesInFlight(long maxBytesInFlight) {
    if (maxBytesInFlight < 1) {
      throw new IllegalArgumentException(
          "maxBytesInFlight is " + maxBytesInFlight + ", must be at least 1");
    }
    return new SubscribeOptions(
        group, ordering, concurrency, maxInFlight, maxBytesInFlight, drainTimeout, handlerTimeout);
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
    return new SubscribeOptions(
        group, ordering, concurrency, maxInFlight, maxBytesInFlight, drainTimeout, handlerTimeout);
  }

  /**
   * How long the stage of an {@link AsyncEventHandler} may take before that is a failure. A handler
   * that blocks is bounded by what it calls. Above zero.
   */
  public SubscribeOptions withHandlerTimeout(Duration handlerTimeout) {
    if (handlerTimeout.isNegative() || handlerTimeout.isZero()) {
      throw new IllegalArgumentException(
          "handlerTimeout is " + handlerTimeout + ", must be above zero");
    }
    return new SubscribeOptions(
        group, ordering, concurrency, maxInFlight, maxBytesInFlight, drainTimeout, handlerTimeout);
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
    }
    return value;
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

  /** How many bytes of keys and values may be read and not yet settled. */
  public long maxBytesInFlight() {
    return maxBytesInFlight;
  }

  /** How long to wait for handlers that run when a partition is taken away. */
  public Duration drainTimeout() {
    return drainTimeout;
  }

  /** How long the stage of an asynchronous handler may take; null if it may take for ever. */
  public @Nullable Duration handlerTimeout() {
    return handlerTimeout;
  }

  @Override
  public String toString() {
    return "group %s, ordering %s, concurrency %d, maxInFlight %d, maxBytesInFlight %d, drainTimeout %s, handlerTimeout %s"
        .formatted(
            group,
            ordering,
            concurrency,
            maxInFlight,
            maxBytesInFlight,
            drainTimeout,
            handlerTimeout);
  }
}
