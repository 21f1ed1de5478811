package dev.kafkaevents.replay;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which cluster, and how to get at it. */
final class Connection {
  @Option(
      names = "--bootstrap-servers",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-}",
      description = "the cluster; else KAFKA_BOOTSTRAP_SERVERS of the environment")
  String bootstrapServers = "";

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "properties of Kafka's clients, such as security.protocol")
  @Nullable Path file;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "SECONDS",
      defaultValue = "15",
      converter = Counts.class,
      description = "how long the cluster may take to answer at the start; ${DEFAULT-VALUE}")
  int timeout;

  /** Another Kafka than a real one; for tests. */
  KafkaClients clients = KafkaClients.real();

  /** Throws an IllegalArgumentException if what the options say can't be one. */
  EventsConfig config() {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException(
          "no cluster is named; say --bootstrap-servers HOST:PORT, or set KAFKA_BOOTSTRAP_SERVERS");
    }
    EventsConfig config =
        EventsConfig.of("dead-letters", bootstrapServers)
            .withStartTimeout(Duration.ofSeconds(timeout));
    if (file != null) {
      Properties properties = properties(file);
      for (String name : properties.stringPropertyNames()) {
        config = config.withKafka(name, properties.getProperty(name));
      }
    }
    return config;
  }

  private static Properties properties(Path file) {
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) { // the second of a broken escape
      throw new IllegalArgumentException(
          "--config %s can't be read as properties: %s"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
    return properties;
  }
}
