package dev.kafkaevents.observability;

import dev.kafkaevents.Condition;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;

/**
 * What has a name of its own, since publishers and subscriptions may share it: circuit breakers and
 * spools. Thread-safe.
 */
final class NamedGauges {
  private final BreakerGauges breakers;
  private final SpoolGauges spools;

  NamedGauges(MeterRegistry registry) {
    this.breakers = new BreakerGauges(registry);
    this.spools = new SpoolGauges(registry);
  }

  void tell(Collection<Condition> conditions) {
    breakers.tell(conditions);
    spools.tell(conditions);
  }
}
