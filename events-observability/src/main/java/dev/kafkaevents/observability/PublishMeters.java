package dev.kafkaevents.observability;

import dev.kafkaevents.PublishException;
import dev.kafkaevents.spi.PublishInterceptor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The meters of one topic that is published to. Thread-safe. */
final class PublishMeters implements PublishInterceptor.Listener {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Timer stored;
  private final Map<PublishException.Outcome, Timer> failed =
      new EnumMap<>(PublishException.Outcome.class);

  PublishMeters(MeterRegistry registry, String topic) {
    Tags tags = Tags.of("topic", topic);
    Gauge.builder("events.publish.inflight", inFlight, AtomicInteger::get)
        .description("Events that are published and have no outcome yet")
        .tags(tags)
        .strongReference(true)
        .register(registry);
    this.stored = timer(registry, tags, "stored");
    for (PublishException.Outcome outcome : PublishException.Outcome.values()) {
      failed.put(outcome, timer(registry, tags, outcome.name().toLowerCase(Locale.ROOT)));
    }
  }

  private static Timer timer(MeterRegistry registry, Tags tags, String outcome) {
    return Timer.builder("events.publish.duration")
        .description("From the call of publish until the outcome is known")
        .tags(tags.and("outcome", outcome))
        .register(registry);
  }

  void started() {
    inFlight.incrementAndGet();
  }

  @Override
  public void ended(@Nullable Throwable failure, long nanos) {
    inFlight.decrementAndGet();
    Timer timer = failure == null ? stored : failed.get(outcomeOf(failure));
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** What another interceptor threw reached no broker, and trying again does not help. */
  private static PublishException.Outcome outcomeOf(Throwable failure) {
    Throwable inner =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return inner instanceof PublishException e ? e.outcome() : PublishException.Outcome.REJECTED;
  }

  /** Those of all topics; past a number of them, one set for the rest. Thread-safe. */
  static final class Known {
    static final String OTHER = "_other";

    private final MeterRegistry registry;
    private final int max;
    private final ConcurrentHashMap<String, PublishMeters> byTopic = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable PublishMeters other;

    Known(MeterRegistry registry, int max) {
      this.registry = registry;
      this.max = max;
    }

    PublishMeters of(String topic) {
      PublishMeters known = byTopic.get(topic);
      if (known == null) {
        known = other;
      }
      return known != null ? known : make(topic);
    }

    private PublishMeters make(String topic) {
      lock.lock();
      try {
        PublishMeters known = byTopic.get(topic);
        if (known != null) {
          return known;
        }
        if (byTopic.size() < max) {
          PublishMeters made = new PublishMeters(registry, topic);
          byTopic.put(topic, made);
          return made;
        }
        PublishMeters shared = other;
        if (shared == null) {
          shared = new PublishMeters(registry, OTHER);
          other = shared;
        }
        return shared;
      } finally {
        lock.unlock();
      }
    }
  }
}
