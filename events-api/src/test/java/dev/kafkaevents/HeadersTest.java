package dev.kafkaevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeadersTest {
  @Test
  void add_keepsOrderAndRepeats() {
    Headers headers = Headers.of("a", "1").add("b", bytes("2")).add("a", bytes("3"));
    assertThat(headers).extracting(Headers.Header::name).containsExactly("a", "b", "a");
    assertThat(headers.text("a")).isEqualTo("3");
  }

  @Test
  void with_replacesAllOfThatName() {
    Headers headers = Headers.of("a", "1").add("b", bytes("2")).add("a", bytes("3")).with("a", "4");
    assertThat(headers).extracting(Headers.Header::text).containsExactly("2", "4");
  }

  @Test
  void absentValue_isNotAnEmptyOne() {
    Headers headers = Headers.empty().add("absent", null).add("empty", new byte[0]);
    assertThat(headers.value("absent")).isNull();
    assertThat(headers.value("empty")).isEmpty();
    assertThat(headers).hasSize(2);
  }

  @Test
  void with_leavesTheOriginalAlone() {
    Headers before = Headers.of("a", "1");
    assertThat(before.with("b", "2")).hasSize(2);
    assertThat(before).hasSize(1);
    assertThat(Headers.empty().isEmpty()).isTrue();
  }

  @Test
  void toString_hasNoValues() {
    assertThat(Headers.of("token", "secret")).hasToString("[token (6 bytes)]");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
