package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/** What is logged while this is open. It goes where it went before, too. */
final class Logged implements AutoCloseable {
  private final PrintStream console = System.err;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  Logged() {
    OutputStream both =
        new OutputStream() {
          @Override
          public void write(int b) {
            console.write(b);
            log.write(b);
          }
        };
    System.setErr(new PrintStream(both, true, UTF_8));
  }

  String text() {
    return log.toString(UTF_8);
  }

  /** Lines that somebody is to read. */
  List<String> warnings() {
    return text()
        .lines()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .toList();
  }

  /** Those of them that are ours and not Kafka's. */
  List<String> ourWarnings() {
    return warnings().stream().filter(line -> line.contains("dev.kafkaevents")).toList();
  }

  @Override
  public void close() {
    System.setErr(console);
  }
}
