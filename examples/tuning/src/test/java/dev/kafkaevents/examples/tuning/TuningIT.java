package dev.kafkaevents.examples.tuning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class TuningIT {
  @Test
  void profiles_areMeasured_andLoseNothing() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isGood = Tuning.run(new PrintStream(out, true, UTF_8), 5_000, 200);
    assertThat(out.toString(UTF_8))
        .contains("records/s", "low latency", "All of it happened.")
        .doesNotContain("!");
    assertThat(isGood).isTrue();
  }
}
