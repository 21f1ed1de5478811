package dev.kafkaevents.examples.teamserde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TeamSerdeTest {
  @Test
  void run_handlesWhatItPublishes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isGood = TeamSerde.run(new PrintStream(out, true, UTF_8));

    assertThat(out.toString(UTF_8).lines())
        .contains("publish readings of roof: 40 bytes")
        .contains(
            "handled Reading[sensor=cellar, at=2026-07-01T12:00:00Z, celsius=14.25, note=door was"
                + " open]")
        .contains("All came out as they went in.")
        .hasSize(7);
    assertThat(isGood).isTrue();
  }
}
