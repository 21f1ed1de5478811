package dev.kafkaevents.observability;

import dev.kafkaevents.Condition;
import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the subscriptions of one group on one topic are like, in this process: read from their
 * health when somebody looks, which asks no broker. A subscription that failed is shown as failed
 * until the application subscribes again. Thread-safe.
 */
final class SubscriptionGauges {
  private final MeterRegistry registry;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  private final NamedGauges named;

  /** Guards what is there only while it is known. */
  private final ReentrantLock lock = new ReentrantLock();

  private final KnownGauge lag;
  private final KnownGauge timeLag;
  private final KnownGauge budget;
  private final @Nullable ClientMeters clients;

  private record Lag(long records, Duration time) {
    static final Lag NONE = new Lag(0, Duration.ZERO);

    Lag and(long moreRecords, Duration otherTime) {
      return new Lag(records + moreRecords, otherTime.compareTo(time) > 0 ? otherTime : time);
    }
  }

  SubscriptionGauges(MeterRegistry registry, Tags tags, NamedGauges named, boolean withClients) {
    this.registry = registry;
    this.named = named;
    this.lag =
        new KnownGauge(
            registry,
            "events.subscription.lag",
            "Offsets between what is settled and the end, of all partitions",
            "records",
            tags);
    this.timeLag =
        new KnownGauge(
            registry,
            "events.subscription.time.lag",
            "For how long the first record that is not settled has been there",
            "seconds",
            tags);
    this.budget =
        new KnownGauge(
            registry,
            "events.retry.budget",
            "How much of the budget of retries is left, from 0 to 1",
            null,
            tags);
    this.clients = withClients ? ClientMeters.ofConsumers(registry, tags) : null;
    for (Subscription.State state : Subscription.State.values()) {
      gauge(
          "events.subscriptions",
          "Subscriptions in this state",
          tags.and("state", state.name().toLowerCase(Locale.ROOT)),
          gauges -> gauges.inState(state));
    }
    for (PauseReason reason : PauseReason.values()) {
      gauge(
          "events.subscription.paused",
          "Partitions that are not read for this reason",
          tags.and("reason", reason.name().toLowerCase(Locale.ROOT)),
          gauges -> gauges.count(partition -> partition.paused().contains(reason) ? 1 : 0));
    }
    gauge(
        "events.subscription.partitions",
        "Partitions it has",
        tags,
        gauges -> gauges.count(partition -> 1));
    gauge(
        "events.subscription.inflight",
        "Records that are read and not settled",
        tags,
        gauges -> gauges.count(PartitionHealth::inFlight));
    gauge(
        "events.subscription.stalled",
        "Subscriptions that should get on and do not",
        tags,
        SubscriptionGauges::stalled);
    gauge(
        "events.dead.letters.blocked",
        "Records that wait since the topic they are put aside into does not take them",
        tags,
        SubscriptionGauges::blocked);
  }

  private Gauge gauge(
      String name, String description, Tags tags, ToDoubleFunction<SubscriptionGauges> value) {
    return Gauge.builder(name, this, value)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for this
  void watch(Subscription subscription) {
    subscriptions.removeIf(old -> old.state() == Subscription.State.FAILED);
    subscriptions.add(subscription);
    subscription
        .stopped()
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                subscriptions.remove(subscription);
              }
              refresh();
            });
  }

  private double inState(Subscription.State state) {
    int count = 0;
    for (Subscription subscription : subscriptions) {
      if (subscription.state() == state) {
        count++;
      }
    }
    return count;
  }

  private double count(ToDoubleFunction<PartitionHealth> of) {
    double sum = 0;
    for (Subscription subscription : subscriptions) {
      SubscriptionHealth health = subscription.health();
      if (isAlive(health.state())) {
        for (PartitionHealth partition : health.partitions()) {
          sum += of.applyAsDouble(partition);
        }
      }
    }
    return sum;
  }

  private double stalled() {
    int count = 0;
    for (Subscription subscription : subscriptions) {
      SubscriptionHealth health = subscription.health();
      if (isAlive(health.state()) && health.isStalled()) {
        count++;
      }
    }
    return count;
  }

  private double blocked() {
    int count = 0;
    for (Subscription subscription : subscriptions) {
      SubscriptionHealth health = subscription.health();
      for (Condition condition : health.conditions()) {
        if (condition instanceof Condition.PutAsideBlocked blocked && isAlive(health.state())) {
          count += blocked.records();
        }
      }
    }
    return count;
  }

  private static boolean isAlive(Subscription.State state) {
    return state != Subscription.State.CLOSED && state != Subscription.State.FAILED;
  }

  /** One that closes gives its partitions up one after the other: what is left is not its lag. */
  private static boolean isAtWork(Subscription.State state) {
    return state == Subscription.State.RUNNING || state == Subscription.State.PAUSED;
  }

  /** Looks what is known; true if it is to be looked again. */
  boolean refresh() {
    lock.lock();
    try {
      List<SubscriptionHealth> healths = subscriptions.stream().map(Subscription::health).toList();
      Lag known = lagOf(healths);
      lag.is(known == null ? OptionalDouble.empty() : OptionalDouble.of((double) known.records()));
      timeLag.is(
          known == null ? OptionalDouble.empty() : OptionalDouble.of(known.time().toNanos() / 1e9));
      List<SubscriptionHealth> alive =
          healths.stream().filter(health -> isAlive(health.state())).toList();
      List<Condition> conditions =
          alive.stream().flatMap(health -> health.conditions().stream()).toList();
      named.tell(conditions);
      budget.is(
          conditions.stream()
              .filter(Condition.RetryBudget.class::isInstance)
              .mapToDouble(condition -> ((Condition.RetryBudget) condition).left())
              .min());
      if (clients != null) {
        clients.look(
            alive.stream().<ClientMeters.Client>map(health -> health::clientMetric).toList());
      }
      return !alive.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** One that has stopped, or does not know, makes the sum unknown; of none, nothing is known. */
  private static @Nullable Lag lagOf(List<SubscriptionHealth> healths) {
    Lag sum = null;
    for (SubscriptionHealth health : healths) {
      OptionalLong records = isAtWork(health.state()) ? health.lag() : OptionalLong.empty();
      if (records.isEmpty()) {
        return null;
      }
      Lag before = sum == null ? Lag.NONE : sum;
      sum = before.and(records.getAsLong(), health.timeLag().orElse(Duration.ZERO));
    }
    return sum;
  }
}
