package dev.kafkaevents.examples.observability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class ObservabilityIT {
  @Test
  void run_showsMetersHealth_andTheTraceOfAnOrderThatCouldNotBeCharged() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isGood = Observability.run(1, 0, new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8))
        .contains(
            "publisher: 0 unsent, ",
            "subscription of group billing to topic orders: RUNNING, 0 wait to be put aside",
            "events_dead_letters_total{group=\"billing\",topic=\"orders\"} 2.0",
            "events_publish_duration_seconds_count{outcome=\"stored\",topic=\"orders\"} 50",
            "  send orders ",
            "    process orders ",
            "      . attempt failed error.type=java.io.IOException events.attempt=3",
            "      . retry scheduled events.attempt=2 events.retry.delay=0.",
            "      send orders.dlq ",
            "All of it happened.");
    assertThat(isGood).isTrue();
  }
}
