package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandLineTest {
  private static final String USAGE = "usage: examples/run quickstart [--events FILE|-] [--help]";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void help_isPrintedWithoutARun() throws InterruptedException {
    assertThat(run("--events", "nowhere", "--help")).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith(USAGE)
        .contains("--events FILE", "KAFKA_BOOTSTRAP_SERVERS");
    assertThat(err.size()).isZero();
  }

  @Test
  void wrongArguments_areSaidInOneLine() throws InterruptedException {
    assertSays("unknown argument --evnts", "--evnts", "file");
    assertSays("unknown argument file", "file");
    assertSays("--events needs a file, or - for standard input", "--events");
  }

  @Test
  void file_thatCantBeRead_isSaidInOneLine() throws InterruptedException {
    assertSays(
        "can't read %s: it is a directory".formatted(directory), "--events", directory.toString());
    Path missing = directory.resolve("missing");
    assertSays("can't read %s: there is no such file".formatted(missing), "--events=" + missing);
  }

  private void assertSays(String problem, String... args) throws InterruptedException {
    err.reset();
    assertThat(run(args)).isEqualTo(2);
    assertThat(err.toString(UTF_8).lines()).containsExactly(problem, USAGE);
    assertThat(out.size()).isZero();
  }

  private int run(String... args) throws InterruptedException {
    return CommandLine.run(
        new Screen(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false),
        args);
  }
}
