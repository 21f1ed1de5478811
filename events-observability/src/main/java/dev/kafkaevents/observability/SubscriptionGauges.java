package dev.kafkaevents.observability;

import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionHealth;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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
  private final Tags tags;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /** Guards that the gauges of the lag are there when it is known, and only then. */
  private final ReentrantLock lock = new ReentrantLock();

  private List<Gauge> lagGauges = List.of();
  private volatile Lag lag = Lag.NONE;

  private record Lag(long records, Duration time) {
    static final Lag NONE = new Lag(0, Duration.ZERO);

    Lag and(long moreRecords, Duration otherTime) {
      return new Lag(records + moreRecords, otherTime.compareTo(time) > 0 ? otherTime : time);
    }
  }

  SubscriptionGauges(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
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
              refreshLag();
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

  private static boolean isAlive(Subscription.State state) {
    return state != Subscription.State.CLOSED && state != Subscription.State.FAILED;
  }

  /** One that closes gives its partitions up one after the other: what is left is not its lag. */
  private static boolean isAtWork(Subscription.State state) {
    return state == Subscription.State.RUNNING || state == Subscription.State.PAUSED;
  }

  /** Looks what the lag is; true if it is to be looked again. */
  boolean refreshLag() {
    lock.lock();
    try {
      Lag known = knownLag();
      if (known == null) {
        lagGauges.forEach(registry::remove);
        lagGauges = List.of();
      } else {
        lag = known;
        if (lagGauges.isEmpty()) {
          lagGauges = List.of(lagGauge(), timeLagGauge());
        }
      }
      return subscriptions.stream().anyMatch(subscription -> isAlive(subscription.state()));
    } finally {
      lock.unlock();
    }
  }

  private Gauge lagGauge() {
    return Gauge.builder("events.subscription.lag", this, gauges -> gauges.lag.records())
        .description("Offsets between what is settled and the end, of all partitions")
        .baseUnit("records")
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  private Gauge timeLagGauge() {
    return TimeGauge.builder(
            "events.subscription.time.lag",
            this,
            TimeUnit.MILLISECONDS,
            gauges -> gauges.lag.time().toMillis())
        .description("For how long the first record that is not settled has been there")
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /** One that has stopped, or does not know, makes the sum unknown; of none, nothing is known. */
  private @Nullable Lag knownLag() {
    Lag sum = null;
    for (Subscription subscription : subscriptions) {
      SubscriptionHealth health = subscription.health();
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
