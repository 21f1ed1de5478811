package dev.kafkaevents.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Condition;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpoolGaugesTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private Duration passed = Duration.ZERO;

  private final SimpleMeterRegistry registry =
      new SimpleMeterRegistry(
          SimpleConfig.DEFAULT,
          new Clock() {
            @Override
            public long wallTime() {
              return NOON.plus(passed).toEpochMilli();
            }

            @Override
            public long monotonicTime() {
              return passed.toNanos();
            }
          });

  private final SpoolGauges gauges = new SpoolGauges(registry);

  private double value(String meter, String spool) {
    return registry.get(meter).tag("spool", spool).gauge().value();
  }

  @Test
  void whatIsInSpools_isShownByTheirNames_andGrowsOld_untilNobodySpeaksOfThem() {
    gauges.tell(
        List.of(
            new Condition.PutAsideBlocked(1),
            new Condition.Spool("/a", 3, 500, NOON.minusSeconds(90), 2),
            new Condition.Spool("/b", 0, 0, null, 0)));
    passed = Duration.ofSeconds(4);
    assertThat(value("events.spool.messages", "/a")).isEqualTo(3);
    assertThat(value("events.spool", "/a")).isEqualTo(500);
    assertThat(value("events.spool.age", "/a")).isEqualTo(94);
    assertThat(value("events.spool.quarantined", "/a")).isEqualTo(2);
    assertThat(value("events.spool.age", "/b")).isZero();

    gauges.tell(List.of(new Condition.Spool("/a", 1, 500, NOON.plusSeconds(60), 2)));
    assertThat(value("events.spool.messages", "/a")).isEqualTo(1);
    assertThat(value("events.spool.age", "/a")).as("a clock that was put back").isZero();
    passed = Duration.ofSeconds(9);
    assertThat(registry.getMeters()).hasSize(8);
    assertThat(value("events.spool.messages", "/a")).as("closed").isZero();
    assertThat(value("events.spool.quarantined", "/a")).isZero();
  }
}
