package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka of a run: the cluster that {@code KAFKA_BOOTSTRAP_SERVERS} names, or a broker that is
 * started for the run and ends with it.
 */
record Cluster(EventsConfig config, NameMapper names, @Nullable KafkaBroker broker)
    implements AutoCloseable {
  private static final String VARIABLE = "KAFKA_BOOTSTRAP_SERVERS";
  private static final String APPLICATION = "quickstart";

  /** Whether there is one that others use too, and that goes on after the run. */
  static boolean isShared() {
    String servers = System.getenv(VARIABLE);
    return servers != null && !servers.isBlank();
  }

  /** The shared one, or else a broker, which takes a moment. */
  static Cluster connect() {
    if (isShared()) {
      return new Cluster(
          EventsConfig.load(Map.of("events.application", APPLICATION)), ownNames(), null);
    }
    KafkaBroker broker = KafkaBroker.start();
    return new Cluster(
        EventsConfig.of(APPLICATION, broker.bootstrapServers()), NameMapper.identity(), broker);
  }

  /** Such that no run meets what another left. */
  private static NameMapper ownNames() {
    String time =
        DateTimeFormatter.ofPattern("MMdd-HHmmss").format(LocalDateTime.now(ZoneOffset.UTC));
    String prefix =
        "quickstart-%s-%04x.".formatted(time, ThreadLocalRandom.current().nextInt(1 << 16));
    return NameMapper.prefixed(prefix);
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
        + (broker == null ? ", from " + VARIABLE : ", a broker started for this run");
  }
}
