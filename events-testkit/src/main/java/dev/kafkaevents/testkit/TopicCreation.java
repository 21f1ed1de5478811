package dev.kafkaevents.testkit;

import dev.kafkaevents.EventsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Creates topics that can be written to at once. Kafka acknowledges a topic before its replicas are
 * up, and even a leader in the metadata may not serve yet; one that tells its latest offset does.
 */
public final class TopicCreation {
  private static final Duration RETRY_BACKOFF = Duration.ofMillis(10);

  private TopicCreation() {}

  /**
   * Creates a topic on any cluster, without encryption or authentication, and returns when every
   * partition of it serves clients.
   *
   * @throws EventsException if the cluster refuses, as it does when the topic is there already, or
   *     does not answer within {@code timeout}
   */
  public static void create(
      String bootstrapServers,
      String topic,
      int partitions,
      Map<String, String> configs,
      Duration timeout) {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "topic %s: partitions is %d, must be at least 1".formatted(topic, partitions));
    }
    NewTopic newTopic =
        new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configs);
    try (Admin admin = Admin.create(adminConfig(bootstrapServers, timeout))) {
      long deadline = System.nanoTime() + timeout.toNanos();
      createOnceThereAreBrokers(admin, newTopic, deadline);
      awaitOffsets(admin, latest(topic, partitions), deadline);
    } catch (ExecutionException e) {
      throw new EventsException(
          "creating topic %s failed: %s".formatted(topic, e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventsException("interrupted while topic " + topic + " was created", e);
    }
  }

  /**
   * A broker that was frozen, or that a busy machine held up, is left out by the controller until
   * it has been heard of again.
   */
  private static void createOnceThereAreBrokers(Admin admin, NewTopic topic, long deadline)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        admin.createTopics(List.of(topic)).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof InvalidReplicationFactorException)
            || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_BACKOFF.toNanos());
      }
    }
  }

  /**
   * Kafka's admin client itself tries again for a leader that is not there yet, but not for a topic
   * that is not.
   */
  private static void awaitOffsets(
      Admin admin, Map<TopicPartition, OffsetSpec> latest, long deadline)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        admin.listOffsets(latest).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(
            RETRY_BACKOFF.toNanos()); // at once when interrupted, and so is the next get()
      }
    }
  }

  private static Map<TopicPartition, OffsetSpec> latest(String topic, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
  }

  private static Map<String, Object> adminConfig(String bootstrapServers, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    return Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis,
        AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF.toMillis(),
        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
  }
}
