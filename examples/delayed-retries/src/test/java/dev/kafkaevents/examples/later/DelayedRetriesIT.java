package dev.kafkaevents.examples.later;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class DelayedRetriesIT {
  @Test
  void ordersThatFailNow_areShippedLater_andHoldUpNobody() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isGood = DelayedRetries.run(new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8)).contains("All of it happened.").doesNotContain("!");
    assertThat(isGood).isTrue();
  }
}
