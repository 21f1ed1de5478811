package dev.kafkaevents.replay;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.core.KafkaClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Another Kafka than a real one; for tests. */
  KafkaClients clients = KafkaClients.real();

  EventsConfig config() throws IOException {
    if (bootstrapServers.isBlank()) {
      throw new EventsException(
          "no cluster is named; say --bootstrap-servers HOST:PORT, or set KAFKA_BOOTSTRAP_SERVERS");
    }
    EventsConfig config = EventsConfig.of("dead-letters", bootstrapServers);
    if (file != null) {
      Properties properties = new Properties();
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
      for (String name : properties.stringPropertyNames()) {
        config = config.withKafka(name, properties.getProperty(name));
      }
    }
    return config;
  }
}
