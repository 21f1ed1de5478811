package dev.kafkaevents.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The command in a process of its own, as a person runs it. Its output goes to files, so that it
 * never has to wait.
 */
final class Program implements AutoCloseable {
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

  /** Starts it; none of the variables of this process says anything about Kafka. */
  static Program start(Path directory, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.add("-Dorg.slf4j.simpleLogger.log.dev.kafkaevents.examples.orders=debug");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), OrderEvents.class.getName()));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.to(out.toFile()))
            .redirectError(Redirect.to(err.toFile()));
    builder.environment().keySet().removeIf(name -> name.matches("(KAFKA|EVENTS)_.*"));
    builder.environment().putAll(environment);
    return new Program(builder.start(), out, err);
  }

  /** A line on its standard input, which stays open. */
  void write(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  String outSoFar() throws IOException {
    return Files.readString(out, UTF_8);
  }

  String errSoFar() throws IOException {
    return Files.readString(err, UTF_8);
  }

  /** Asks it to end, as SIGTERM does. */
  void terminate() {
    process.toHandle().destroy();
  }

  Result result() throws IOException, InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError(
          "still running after 120 s, with this output so far:\n" + outSoFar());
    }
    return new Result(process.exitValue(), outSoFar(), errSoFar());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
