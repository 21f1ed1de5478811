package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, UTF_8);

  @Test
  void lineInPlace_isOverwrittenAndGoneBeforeTheNextLine() {
    Screen screen = new Screen(stream, stream, true);
    screen.inPlace("long one");
    screen.inPlace("short");
    screen.line("done");
    assertThat(out.toString(UTF_8))
        .isEqualTo("\rlong one\rshort   \r     \rdone" + System.lineSeparator());
  }

  @Test
  void lineInPlace_isLeftOutIfThereIsNoTerminal() {
    new Screen(stream, stream, false).inPlace("text");
    assertThat(out.size()).isZero();
  }

  @Test
  void lastLine_isTheLast() {
    Screen screen = new Screen(stream, stream, true);
    screen.endWith(
        () -> {
          screen.line("too late");
          return "the end";
        });
    screen.line("later");
    screen.problem("later");
    screen.inPlace("later");
    assertThat(out.toString(UTF_8)).isEqualTo("the end" + System.lineSeparator());
  }
}
