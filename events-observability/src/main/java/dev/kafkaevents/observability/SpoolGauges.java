package dev.kafkaevents.observability;

import dev.kafkaevents.Condition;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is in spools, by their names, as publishers and subscriptions say once a second.
 * Thread-safe.
 */
final class SpoolGauges {
  /** Who is not spoken of for so long is not there any more. */
  private static final long PRESENT_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private static final int MAX = 100;

  private final MeterRegistry registry;
  private final Clock clock;
  private final ConcurrentHashMap<String, Known> byName = new ConcurrentHashMap<>();

  SpoolGauges(MeterRegistry registry) {
    this.registry = registry;
    this.clock = registry.config().clock();
  }

  void tell(Collection<Condition> conditions) {
    for (Condition condition : conditions) {
      if (condition instanceof Condition.Spool told
          && (byName.containsKey(told.name()) || byName.size() < MAX)) {
        byName.computeIfAbsent(told.name(), this::register).is(told);
      }
    }
  }

  private Known register(String name) {
    Known known = new Known();
    gauge(
        known,
        name,
        "events.spool.messages",
        "Messages on the disk that are not stored yet",
        null,
        Condition.Spool::messages);
    gauge(known, name, "events.spool", "Bytes of its files", "bytes", Condition.Spool::bytes);
    gauge(
        known,
        name,
        "events.spool.age",
        "For how long the first of the messages has been there",
        "seconds",
        this::age);
    gauge(
        known,
        name,
        "events.spool.quarantined",
        "Files with what was damaged or is refused, which somebody has to look at",
        null,
        Condition.Spool::quarantined);
    return known;
  }

  private void gauge(
      Known known,
      String name,
      String meter,
      String description,
      @Nullable String unit,
      ToDoubleFunction<Condition.Spool> value) {
    Gauge.builder(meter, known, its -> its.value(value))
        .description(description)
        .baseUnit(unit)
        .tags("spool", name)
        .strongReference(true)
        .register(registry);
  }

  private double age(Condition.Spool spool) {
    Instant oldest = spool.oldest();
    return oldest == null ? 0 : Math.max(0, clock.wallTime() - oldest.toEpochMilli()) / 1e3;
  }

  private final class Known {
    private record Told(Condition.Spool spool, long millis) {}

    private volatile @Nullable Told told;

    void is(Condition.Spool spool) {
      told = new Told(spool, now());
    }

    double value(ToDoubleFunction<Condition.Spool> of) {
      Told last = told;
      return last == null || now() - last.millis >= PRESENT_MILLIS
          ? 0
          : of.applyAsDouble(last.spool);
    }

    private long now() {
      return TimeUnit.NANOSECONDS.toMillis(clock.monotonicTime());
    }
  }
}
