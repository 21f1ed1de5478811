package dev.kafkaevents.examples.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class BatchPublishingIT {
  @Test
  void batch_isPublishedWithinItsBounds_andFailuresAreKnown() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean isGood = BatchPublishing.run(new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8)).contains("All of it happened.").doesNotContain("!");
    assertThat(isGood).isTrue();
  }
}
