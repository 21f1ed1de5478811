package dev.kafkaevents.examples.monitored;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;

/**
 * What the meters of one topic say of its publishes. A registry that is scraped, as that of
 * Prometheus, takes the place of this one in a service.
 */
final class Meters {
  private static final String DURATION = "events.publish.duration";

  private final MeterRegistry registry = new SimpleMeterRegistry();

  Meters() {
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public DistributionStatisticConfig configure(
                  Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals(DURATION)
                    ? DistributionStatisticConfig.builder()
                        .percentiles(0.5, 0.99)
                        .build()
                        .merge(config)
                    : config;
              }
            });
  }

  MeterRegistry registry() {
    return registry;
  }

  /** How many publishes ended with {@code outcome}: stored, rejected, not_stored, unknown. */
  long count(String outcome) {
    return timer(outcome).count();
  }

  int inFlight() {
    return (int) registry.get("events.publish.inflight").gauge().value();
  }

  private Timer timer(String outcome) {
    return registry.get(DURATION).tag("outcome", outcome).timer();
  }

  static String header() {
    return "  %7s %9s %11s %8s %10s %8s %8s %8s"
        .formatted(
            "stored",
            "rejected",
            "not stored",
            "unknown",
            "in flight",
            "p50 ms",
            "p99 ms",
            "max ms");
  }

  /** A line below {@link #header}. */
  @Override
  public String toString() {
    var stored = timer("stored").takeSnapshot();
    var percentiles = stored.percentileValues();
    return "  %7d %9d %11d %8d %10d %8.1f %8.1f %8.1f"
        .formatted(
            count("stored"),
            count("rejected"),
            count("not_stored"),
            count("unknown"),
            inFlight(),
            percentiles[0].value(TimeUnit.MILLISECONDS),
            percentiles[1].value(TimeUnit.MILLISECONDS),
            stored.max(TimeUnit.MILLISECONDS));
  }
}
