package dev.kafkaevents.examples.cluster;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.testkit.KafkaBroker;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka of a demonstration: the cluster that {@code KAFKA_BOOTSTRAP_SERVERS} names, under names
 * that no other run uses, or a broker that is started for the run and ends with it.
 */
public record Cluster(EventsConfig config, NameMapper names, @Nullable KafkaBroker broker)
    implements AutoCloseable {
  /** Blocks until a broker that is started answers. */
  public static Cluster connect(String application) {
    String servers = System.getenv("KAFKA_BOOTSTRAP_SERVERS");
    if (servers != null && !servers.isBlank()) {
      EventsConfig config = EventsConfig.load(Map.of("events.application", application));
      String prefix = application + "-" + UUID.randomUUID() + ".";
      return new Cluster(config, NameMapper.prefixed(prefix), null);
    }
    KafkaBroker broker = KafkaBroker.start();
    return new Cluster(
        EventsConfig.of(application, broker.bootstrapServers()), NameMapper.identity(), broker);
  }

  /** Creates a topic, and waits until it can be used. */
  public void createTopic(String topic, int partitions) {
    try (Events events = KafkaEvents.builder(config).names(names).build()) {
      events.topics().create(topic, partitions, Map.of());
    }
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  public String toString() {
    return config.bootstrapServers()
        + (broker == null ? ", from KAFKA_BOOTSTRAP_SERVERS" : ", a broker started for this run");
  }
}
