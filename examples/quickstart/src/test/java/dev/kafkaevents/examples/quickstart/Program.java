package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The quickstart in a process of its own, as a person runs it. Its output goes to files, so that it
 * never has to wait.
 */
final class Program implements AutoCloseable {
  private static final String SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What a finished run has left. */
  record Result(int exitCode, String out, String err) {}

  /** Starts it; with {@code servers} on that cluster. */
  static Program start(Path directory, @Nullable String servers, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Quickstart.class.getName()));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.to(out.toFile()))
            .redirectError(Redirect.to(err.toFile()));
    builder.environment().remove(SERVERS);
    if (servers != null) {
      builder.environment().put(SERVERS, servers);
    }
    return new Program(builder.start(), out, err);
  }

  OutputStream stdin() {
    return process.getOutputStream();
  }

  String outSoFar() throws IOException {
    return Files.readString(out, UTF_8);
  }

  /** Asks it to end, as Ctrl-C does. */
  void terminate() {
    process.toHandle().destroy();
  }

  Result result() throws IOException, InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError(
          "still running after 120 s, with this output so far:\n" + outSoFar());
    }
    return new Result(process.exitValue(), outSoFar(), Files.readString(err, UTF_8));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
