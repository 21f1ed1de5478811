package dev.kafkaevents.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs trials, each in a JVM of its own: a fixed heap, G1, and nothing that an earlier trial has
 * left.
 */
final class Runner {
  private static final List<String> JVM =
      List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:+DisplayVMOutputToStderr");

  /** For what Kafka does with the JVM and newer ones warn about. */
  private static final List<String> JVM_SINCE_24 =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private final String bootstrapServers;
  private final Topics topics;
  private final Options options;
  private final Path logs;

  Runner(String bootstrapServers, Topics topics, Options options, Path logs) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.options = options;
    this.logs = logs;
  }

  Measurement run(Scenario scenario, String contender, int round)
      throws IOException, InterruptedException {
    String topic = scenario.topic(topics, contender);
    Files.createDirectories(logs);
    String file = (scenario.name() + " " + contender + " " + round).replaceAll("[^\\w-]+", "-");
    Path log = logs.resolve(file + ".log");
    Path answer = logs.resolve(file + ".json");
    Process process =
        new ProcessBuilder(command(scenario, contender, topic, answer))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(scenario.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
        return Measurement.failed("it did not end within " + scenario.timeout() + ", see " + log);
      }
      if (process.exitValue() != 0) {
        return Measurement.failed("it ended with status " + process.exitValue() + ", see " + log);
      }
      return Trial.read(answer);
    } finally {
      process.destroyForcibly().waitFor();
      if (scenario.isTopicSpent()) {
        delete(topic);
      }
    }
  }

  private List<String> command(Scenario scenario, String contender, String topic, Path answer) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    if (Runtime.version().feature() >= 24) {
      command.addAll(JVM_SINCE_24);
    }
    command.addAll(options.jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Trial.class.getName()));
    command.addAll(
        new Trial(
                scenario.name(),
                contender,
                options.quick(),
                bootstrapServers,
                topic,
                answer.toString())
            .arguments());
    return command;
  }

  private void delete(String topic) throws InterruptedException {
    try {
      topics.delete(topic);
    } catch (ExecutionException e) {
      throw new IllegalStateException("topic " + topic + " could not be deleted", e);
    }
  }
}
