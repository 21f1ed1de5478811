package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinesTest {
  @Test
  void lines_ofAnyEnding_areNumberedFromOne() throws IOException {
    assertThat(lines("a\nb\r\n\nc")).containsExactly("1:a", "2:b\r", "3:", "4:c");
    assertThat(lines("a\n")).containsExactly("1:a");
    assertThat(lines("")).isEmpty();
  }

  @Test
  void line_ofTheGreatestLength_isWhole() throws IOException {
    Lines.Line line = new Lines(new ByteArrayInputStream(new byte[Lines.MAX_BYTES])).next();
    assertThat(line.bytes()).hasSize(Lines.MAX_BYTES);
    assertThat(line.isCut()).isFalse();
  }

  @Test
  void line_beyondTheGreatestLength_isCutAndTheNextIsWhole() throws IOException {
    Lines lines =
        new Lines(
            new ByteArrayInputStream(
                ("x".repeat(Lines.MAX_BYTES + 1) + "\nnext\n").getBytes(UTF_8)));
    Lines.Line line = lines.next();
    assertThat(line.bytes()).hasSize(Lines.MAX_BYTES);
    assertThat(line.isCut()).isTrue();
    Lines.Line next = lines.next();
    assertThat(new String(next.bytes(), UTF_8)).isEqualTo("next");
    assertThat(next.number()).isEqualTo(2);
    assertThat(next.isCut()).isFalse();
  }

  private static List<String> lines(String text) throws IOException {
    List<String> found = new ArrayList<>();
    try (Lines lines = new Lines(new ByteArrayInputStream(text.getBytes(UTF_8)))) {
      for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
        found.add(line.number() + ":" + new String(line.bytes(), UTF_8));
      }
    }
    return found;
  }
}
