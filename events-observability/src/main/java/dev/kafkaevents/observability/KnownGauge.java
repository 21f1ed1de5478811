package dev.kafkaevents.observability;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A gauge that is there while its value is known, and only then. Used by one thread at a time; read
 * by any.
 */
final class KnownGauge {
  private final MeterRegistry registry;
  private final String name;
  private final String description;
  private final @Nullable String unit;
  private final Tags tags;

  private volatile double value;
  private @Nullable Gauge registered;

  KnownGauge(
      MeterRegistry registry, String name, String description, @Nullable String unit, Tags tags) {
    this.registry = registry;
    this.name = name;
    this.description = description;
    this.unit = unit;
    this.tags = tags;
  }

  void is(OptionalDouble known) {
    if (known.isPresent()) {
      value = known.getAsDouble();
      if (registered == null) {
        registered =
            Gauge.builder(name, this, gauge -> gauge.value)
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .strongReference(true)
                .register(registry);
      }
    } else if (registered != null) {
      registry.remove(registered);
      registered = null;
    }
  }
}
