package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a subscription runs. Immutable: {@code withX} returns a changed copy. */
public final class SubscribeOptions {
  private static final int IN_FLIGHT = 2048;

  /**
   * A fetch brings some thousand records of one partition in a row, and so of some of the keys
   * only. With fewer in flight many handlers would wait for other keys to come.
   */
  private static final int IN_FLIGHT_OF_EACH_HANDLER = 32;

  /** Changed by nobody once it is in {@link #values}. */
  private static final class Values implements Cloneable {
    final String group;
    Ordering ordering = Ordering.KEY;
    int concurrency = 16;
    int maxInFlight; // 0: as many as the concurrency asks for
    long maxBytesInFlight = 64L << 20;
    Duration drainTimeout = Duration.ofSeconds(10);
    Duration stallTimeout = Duration.ofMinutes(5);
    @Nullable Duration handlerTimeout;
    @Nullable String instanceId;

    Values(String group) {
      this.group = group;
    }

    @Override
    public Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Values values;

  private SubscribeOptions(Values values) {
    this.values = values;
  }

  private SubscribeOptions with(Consumer<Values> change) {
    Values changed = values.clone();
    change.accept(changed);
    return new SubscribeOptions(changed);
  }

  /**
   * The defaults: order by key, 16 handlers at once, 2,048 records in flight (32 for each handler
   * above 64) or 64 MiB, 10 s for handlers that run when a partition is taken away, a warning when
   * an event is not settled for 5 minutes, no time-out for asynchronous handlers, and a member that
   * leaves its group when it closes.
   *
   * @param group the consumer group: its members share the partitions and one committed offset for
   *     each
   */
  public static SubscribeOptions group(String group) {
    return new SubscribeOptions(
        new Values(
            notBlank(
                group,
                "the group of a subscription is blank; name the application's part that reads")));
  }

  /** Which events wait for each other. */
  public SubscribeOptions withOrdering(Ordering ordering) {
    requireNonNull(ordering, "ordering");
    return with(values -> values.ordering = ordering);
  }

  /**
   * How many handlers run at once, at most; it may be far above the number of partitions. At least
   * 1.
   */
  public SubscribeOptions withConcurrency(int concurrency) {
    atLeastOne("concurrency", concurrency);
    return with(values -> values.concurrency = concurrency);
  }

  /**
   * How many records may be read and not yet settled before reading pauses: 2,048 unless set, or 32
   * for each handler if that is more. One poll may exceed it, by at most {@code max.poll.records}.
   * About as many may come again after a crash behind an event that is stuck. At least 1.
   */
  public SubscribeOptions withMaxInFlight(int maxInFlight) {
    atLeastOne("maxInFlight", maxInFlight);
    return with(values -> values.maxInFlight = maxInFlight);
  }

  /**
   * How many bytes of keys and values may be read and not yet settled before reading pauses. One
   * poll may exceed it, by at most {@code fetch.max.bytes}. At least 1.
   */
  public SubscribeOptions withMaxBytesInFlight(long maxBytesInFlight) {
    atLeastOne("maxBytesInFlight", maxBytesInFlight);
    return with(values -> values.maxBytesInFlight = maxBytesInFlight);
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
    return with(values -> values.drainTimeout = drainTimeout);
  }

  /**
   * How long an event may be the first unsettled one of its partition before {@link
   * SubscriptionHealth#isStalled} says so and a warning is logged. Nothing else comes of it. Above
   * zero.
   */
  public SubscribeOptions withStallTimeout(Duration stallTimeout) {
    aboveZero("stallTimeout", stallTimeout);
    return with(values -> values.stallTimeout = stallTimeout);
  }

  /**
   * How long the stage of an {@link AsyncEventHandler} may take before that is a failure. A handler
   * that blocks is bounded by what it calls. Above zero.
   */
  public SubscribeOptions withHandlerTimeout(Duration handlerTimeout) {
    aboveZero("handlerTimeout", handlerTimeout);
    return with(values -> values.handlerTimeout = handlerTimeout);
  }

  /**
   * Makes this a static member of its group (KIP-345): when a member with the same id is back
   * within {@code session.timeout.ms}, it has its partitions again and the others notice nothing.
   * The price is that nobody has them meanwhile. A second member with the id at the same time stops
   * the first, which fails.
   *
   * @param instanceId unique in the group and the same after a restart, as the name of a pod of a
   *     StatefulSet; Kafka's {@code group.instance.id}
   */
  public SubscribeOptions withInstanceId(String instanceId) {
    notBlank(
        instanceId,
        "the instance id is blank; name this member, uniquely in its group, or leave it out");
    return with(values -> values.instanceId = instanceId);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
    }
  }

  private static void aboveZero(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is " + value + ", must be above zero");
    }
  }

  private static String notBlank(String value, String problem) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(problem);
    }
    return value;
  }

  /** The consumer group. */
  public String group() {
    return values.group;
  }

  /** Which events wait for each other. */
  public Ordering ordering() {
    return values.ordering;
  }

  /** How many handlers run at once, at most. */
  public int concurrency() {
    return values.concurrency;
  }

  /** How many records may be read and not yet settled. */
  public int maxInFlight() {
    if (values.maxInFlight > 0) {
      return values.maxInFlight;
    }
    long forAll = (long) values.concurrency * IN_FLIGHT_OF_EACH_HANDLER;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(IN_FLIGHT, forAll));
  }

  /** How many bytes of keys and values may be read and not yet settled. */
  public long maxBytesInFlight() {
    return values.maxBytesInFlight;
  }

  /** How long to wait for handlers that run when a partition is taken away. */
  public Duration drainTimeout() {
    return values.drainTimeout;
  }

  /** How long an event may be the first unsettled one of its partition before that is a stall. */
  public Duration stallTimeout() {
    return values.stallTimeout;
  }

  /** How long the stage of an asynchronous handler may take; null if it may take for ever. */
  public @Nullable Duration handlerTimeout() {
    return values.handlerTimeout;
  }

  /** Which static member of its group this is; null if it is none. */
  public @Nullable String instanceId() {
    return values.instanceId;
  }

  @Override
  public String toString() {
    return "group %s, ordering %s, concurrency %d, maxInFlight %d, maxBytesInFlight %d, drainTimeout %s, stallTimeout %s, handlerTimeout %s, instanceId %s"
        .formatted(
            group(),
            ordering(),
            concurrency(),
            maxInFlight(),
            maxBytesInFlight(),
            drainTimeout(),
            stallTimeout(),
            handlerTimeout(),
            instanceId());
  }
}
