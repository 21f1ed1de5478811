package dev.kafkaevents.examples.withoutbroker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class WithoutBrokerTest {
  @Test
  void afternoonInAMoment_holds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isGood = WithoutBroker.run(new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8)).contains("All of it happened.").doesNotContain("!");
    assertThat(isGood).isTrue();
  }
}
