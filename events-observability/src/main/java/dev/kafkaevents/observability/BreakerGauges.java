package dev.kafkaevents.observability;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Condition.CircuitBreaker.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How circuit breakers stand, by their names, as publishers and subscriptions say once a second.
 * Thread-safe.
 */
final class BreakerGauges {
  /** Who is not spoken of for so long is not there any more. */
  private static final long PRESENT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int MAX = 100;

  private final MeterRegistry registry;
  private final ConcurrentHashMap<String, Breaker> byName = new ConcurrentHashMap<>();

  BreakerGauges(MeterRegistry registry) {
    this.registry = registry;
  }

  void tell(Collection<Condition> conditions) {
    for (Condition condition : conditions) {
      if (condition instanceof Condition.CircuitBreaker told
          && (byName.containsKey(told.name()) || byName.size() < MAX)) {
        byName.computeIfAbsent(told.name(), this::register).is(told.state());
      }
    }
  }

  private Breaker register(String name) {
    Breaker breaker = new Breaker();
    for (State state : State.values()) {
      Gauge.builder("events.breaker.state", breaker, known -> known.isIn(state) ? 1 : 0)
          .description("1 for the state that the circuit breaker is in")
          .tags("breaker", name, "state", state.name().toLowerCase(Locale.ROOT))
          .strongReference(true)
          .register(registry);
    }
    return breaker;
  }

  private static final class Breaker {
    private record Told(State state, long nanos) {}

    private volatile Told told = new Told(State.CLOSED, System.nanoTime());

    void is(State state) {
      told = new Told(state, System.nanoTime());
    }

    boolean isIn(State state) {
      Told last = told;
      return last.state == state && System.nanoTime() - last.nanos < PRESENT_NANOS;
    }
  }
}
