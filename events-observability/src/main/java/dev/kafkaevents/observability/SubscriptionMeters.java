package dev.kafkaevents.observability;

import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The meters of one group on one topic. Thread-safe. */
final class SubscriptionMeters {
  final Counter commits;
  final Counter commitFailures;
  final Counter assigned;
  final Counter revoked;
  final Counter lost;
  final Counter settledLate;
  final Counter stalls;

  private final Timer handled;
  private final Timer skipped;
  private final Timer deadLettered;
  private final Timer failed;
  private final Counter attempts;
  private final Counter deadLetters;
  private final SubscriptionGauges gauges;

  SubscriptionMeters(
      MeterRegistry registry, String topic, String group, NamedGauges named, boolean withClients) {
    Tags tags = Tags.of("topic", topic, "group", group);
    this.handled = timer(registry, tags, "handled");
    this.skipped = timer(registry, tags, "skipped");
    this.deadLettered = timer(registry, tags, "dead_lettered");
    this.failed = timer(registry, tags, "failed");
    this.attempts =
        counter(registry, "events.process.attempts", "Attempts of deliveries that ended", tags);
    this.deadLetters =
        counter(registry, "events.dead.letters", "Records stored as dead letters", tags);
    this.commits = counter(registry, "events.subscription.commits", "Commits, by partition", tags);
    this.commitFailures =
        counter(
            registry,
            "events.subscription.commit.failures",
            "Commits that failed, by partition; they are made up for by later ones",
            tags);
    this.assigned = change(registry, tags, "assigned");
    this.revoked = change(registry, tags, "revoked");
    this.lost = change(registry, tags, "lost");
    this.settledLate =
        counter(
            registry,
            "events.subscription.settled.late",
            "Records handled after their partition was given up, and delivered again",
            tags);
    this.stalls =
        counter(
            registry,
            "events.subscription.stalls",
            "Events that held up all after them for longer than the stall time-out",
            tags);
    this.gauges = new SubscriptionGauges(registry, tags, named, withClients);
  }

  private static Timer timer(MeterRegistry registry, Tags tags, String outcome) {
    return Timer.builder("events.process.duration")
        .description("From the first attempt until the delivery ended, waits for retries included")
        .tags(tags.and("outcome", outcome))
        .register(registry);
  }

  private static Counter change(MeterRegistry registry, Tags tags, String change) {
    return counter(
        registry,
        "events.subscription.rebalances",
        "Partitions that came and went",
        tags.and("change", change));
  }

  private static Counter counter(
      MeterRegistry registry, String name, String description, Tags tags) {
    return Counter.builder(name).description(description).tags(tags).register(registry);
  }

  void settled(Settlement settlement, int attempts, long nanos) {
    this.attempts.increment(attempts);
    if (settlement instanceof Settlement.Handled) {
      handled.record(nanos, TimeUnit.NANOSECONDS);
    } else if (settlement instanceof Settlement.DeadLettered) {
      deadLetters.increment();
      deadLettered.record(nanos, TimeUnit.NANOSECONDS);
    } else {
      skipped.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  void failed(int attempts, long nanos) {
    this.attempts.increment(attempts);
    failed.record(nanos, TimeUnit.NANOSECONDS);
  }

  void watch(Subscription subscription) {
    gauges.watch(subscription);
  }

  /** Those of all topics and groups; past a number of them, one set for the rest. Thread-safe. */
  static final class Known {
    private final MeterRegistry registry;
    private final int max;
    private final NamedGauges named;
    private final boolean withClients;

    /** By topic, and there by group: two look-ups cost less than a key made of both. */
    private final ConcurrentHashMap<String, ConcurrentHashMap<String, SubscriptionMeters>> byTopic =
        new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Refreshing refreshing = new Refreshing(this::refresh);
    private volatile @Nullable SubscriptionMeters other;

    /** Guarded by the lock. */
    private int made;

    Known(MeterRegistry registry, int max, NamedGauges named, boolean withClients) {
      this.registry = registry;
      this.max = max;
      this.named = named;
      this.withClients = withClients;
    }

    SubscriptionMeters of(String topic, String group) {
      SubscriptionMeters known = find(topic, group);
      if (known == null) {
        known = other;
      }
      return known != null ? known : make(topic, group);
    }

    private @Nullable SubscriptionMeters find(String topic, String group) {
      ConcurrentHashMap<String, SubscriptionMeters> byGroup = byTopic.get(topic);
      return byGroup == null ? null : byGroup.get(group);
    }

    private SubscriptionMeters make(String topic, String group) {
      lock.lock();
      try {
        SubscriptionMeters known = find(topic, group);
        if (known != null) {
          return known;
        }
        if (made < max) {
          made++;
          SubscriptionMeters meters = newMeters(topic, group);
          byTopic.computeIfAbsent(topic, name -> new ConcurrentHashMap<>()).put(group, meters);
          return meters;
        }
        SubscriptionMeters shared = other;
        if (shared == null) {
          shared = newMeters(PublishMeters.Known.OTHER, PublishMeters.Known.OTHER);
          other = shared;
        }
        return shared;
      } finally {
        lock.unlock();
      }
    }

    private SubscriptionMeters newMeters(String topic, String group) {
      return new SubscriptionMeters(registry, topic, group, named, withClients);
    }

    void keepFresh() {
      refreshing.begin();
    }

    private boolean refresh() {
      boolean again = false;
      for (ConcurrentHashMap<String, SubscriptionMeters> byGroup : byTopic.values()) {
        for (SubscriptionMeters meters : byGroup.values()) {
          again |= meters.gauges.refresh();
        }
      }
      SubscriptionMeters rest = other;
      if (rest != null) {
        again |= rest.gauges.refresh();
      }
      return again;
    }
  }
}
