package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.SerdeException;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void textThatWouldWriteLinesOfItsOwn_isOneLine() {
    assertThat(Printable.of("a\r\nERROR \u001b[31mfake\u2028é\u0085b"))
        .isEqualTo("a\\u000d\\u000aERROR \\u001b[31mfake\\u2028é\\u0085b");
    assertThat(Printable.of("plain")).isEqualTo("plain");
  }

  @Test
  void textThatIsLong_isCut() {
    assertThat(Printable.of("x".repeat(100_000))).hasSize(2_001).endsWith("x…");
  }

  @Test
  void failuresAreDescribedInOneLine_andIdsOfOthersToo() {
    assertThat(PublishFailures.describe(new SerdeException("no\nway"))).isEqualTo("no\\u000away");
    assertThat(PublishFailures.rejected("orders", "e\n1", new IllegalStateException("x")))
        .hasMessageStartingWith("event e\\u000a1 was not published to topic orders: ");
  }
}
