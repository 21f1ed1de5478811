package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.testkit.KafkaBroker;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster that the tests of a JVM share, or why there is none.
 *
 * @param bootstrapServers empty if it is missing
 * @param missing why it is not there; null if it is
 * @param isOthers whether others use it, so that nothing may be left there
 * @param end what ends it
 */
record RealCluster(
    String bootstrapServers, @Nullable String missing, boolean isOthers, Runnable end)
    implements AutoCloseable {
  static final String DEMAND = "events.testkit.demand";
  private static final String IMAGE = "events.testkit.image";
  private static final String ADDRESS = "events.testkit.bootstrap.servers";
  private static final String CONTAINER = "org.testcontainers.kafka.KafkaContainer";
  private static final long SECONDS_TO_ANSWER = 10;

  /** Starts or finds it. */
  static RealCluster of(Backend backend, ExtensionContext context) {
    return switch (backend) {
      case MEMORY -> throw new IllegalArgumentException("memory is of each test its own");
      case BROKER -> broker();
      case CONTAINERS ->
          container(
              context
                  .getConfigurationParameter(IMAGE)
                  .orElse("apache/kafka:" + AppInfoParser.getVersion()));
      case EXTERNAL -> external(context.getConfigurationParameter(ADDRESS).orElse(""));
    };
  }

  private static RealCluster missing(String why) {
    return new RealCluster("", why, false, () -> {});
  }

  private static RealCluster broker() {
    if (!isThere("dev.kafkaevents.testkit.broker.BrokerMain")) {
      return missing("dev.kafkaevents:events-testkit-broker is not on the class path");
    }
    KafkaBroker broker = KafkaBroker.start();
    return new RealCluster(broker.bootstrapServers(), null, false, broker::close);
  }

  private static RealCluster container(String image) {
    if (!isThere(CONTAINER)) {
      return missing("org.testcontainers:testcontainers-kafka is not on the class path");
    }
    return KafkaInContainer.start(image);
  }

  private static boolean isThere(String className) {
    try {
      Class.forName(className, false, RealCluster.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static RealCluster external(String bootstrapServers) {
    if (bootstrapServers.isBlank()) {
      return missing(ADDRESS + " is not set");
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.describeCluster().nodes().get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
      return new RealCluster(bootstrapServers, null, true, () -> {});
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return missing("%s does not answer: %s".formatted(bootstrapServers, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventsException("interrupted while " + bootstrapServers + " was asked", e);
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
