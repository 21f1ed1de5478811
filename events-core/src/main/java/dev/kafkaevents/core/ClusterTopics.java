package dev.kafkaevents.core;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.TopicFacts;
import dev.kafkaevents.Topics;
import dev.kafkaevents.UnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks with an administrator of its own each time, since that is seldom. Immutable. */
final class ClusterTopics implements Topics {
  /** The administrator gives up by itself; this is for one that does not. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(100);

  private final Assembly assembly;

  ClusterTopics(Assembly assembly) {
    this.assembly = assembly;
  }

  @Override
  public @Nullable TopicFacts find(String topic) {
    String onCluster = assembly.names().topic(topic);
    return asking(
        "looked at",
        topic,
        admin -> {
          TopicDescription description = description(admin, onCluster);
          return description == null
              ? null
              : new TopicFacts(
                  description.partitions().size(),
                  isWritable(description.authorizedOperations()),
                  settings(admin, onCluster));
        });
  }

  private @Nullable TopicDescription description(Admin admin, String onCluster) {
    try {
      return answer(
          admin
              .describeTopics(
                  List.of(onCluster), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues()
              .get(onCluster));
    } catch (UnknownTopicOrPartitionException none) {
      return null;
    }
  }

  /** A cluster without an authorizer, and one that does not say, allow everything. */
  private static boolean isWritable(@Nullable Collection<AclOperation> allowed) {
    return allowed == null || allowed.isEmpty() || allowed.contains(AclOperation.WRITE);
  }

  private Map<String, String> settings(Admin admin, String onCluster) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, onCluster);
    Config config;
    try {
      config = answer(admin.describeConfigs(List.of(resource)).values().get(resource));
    } catch (AuthorizationException notToBeSeen) {
      return Map.of();
    }
    Map<String, String> settings = new HashMap<>();
    for (ConfigEntry entry : config.entries()) {
      if (entry.value() != null) {
        settings.put(entry.name(), entry.value());
      }
    }
    return settings;
  }

  @Override
  public void create(String topic, int partitions, Map<String, String> settings) {
    NewTopic wanted =
        new NewTopic(
                assembly.names().topic(topic), Optional.of(partitions), Optional.<Short>empty())
            .configs(settings);
    asking(
        "created",
        topic,
        admin -> {
          try {
            answer(admin.createTopics(List.of(wanted)).all());
          } catch (TopicExistsException asWell) {
            // Somebody else was faster.
          }
          awaitServed(admin, wanted.name());
          return null;
        });
  }

  /**
   * A topic is acknowledged before other brokers know it, and known before all of its partitions
   * have somebody who serves them: an idempotent producer that begins in between may lose the order
   * of its sequence numbers, and with it what it sends. A partition that tells its end is served.
   */
  private void awaitServed(Admin admin, String onCluster) {
    EventsRuntime runtime = assembly.runtime();
    long start = runtime.nanoTime();
    while (!isServed(admin, onCluster) && runtime.nanoTime() - start < GRACE.toNanos()) {
      runtime.park(AGAIN);
    }
  }

  private boolean isServed(Admin admin, String onCluster) {
    TopicDescription description = description(admin, onCluster);
    if (description == null) {
      return false;
    }
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicPartitionInfo partition : description.partitions()) {
      ends.put(new TopicPartition(onCluster, partition.partition()), OffsetSpec.latest());
    }
    try {
      answer(admin.listOffsets(ends).all());
      return true;
    } catch (AuthorizationException notToBeAsked) {
      return true;
    } catch (InvalidMetadataException notYet) {
      return false;
    }
  }

  private <R> @Nullable R asking(String what, String topic, Function<Admin, @Nullable R> question) {
    Admin admin = null;
    try {
      admin = assembly.clients().admin(assembly.settings().admin());
      return question.apply(admin);
    } catch (TimeoutException e) {
      throw new UnavailableException(
          "topic %s could not be %s, since the cluster at %s does not answer: %s"
              .formatted(topic, what, assembly.config().bootstrapServers(), e.getMessage()),
          e);
    } catch (KafkaException e) {
      throw new EventsException(
          "topic %s could not be %s on the cluster at %s: %s"
              .formatted(topic, what, assembly.config().bootstrapServers(), e.getMessage()),
          e);
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO); // What has not been answered is not waited for.
      }
    }
  }

  /** Waits by the runtime, and throws what the administrator answers with. */
  private <V> V answer(@Nullable KafkaFuture<V> asked) {
    CompletableFuture<V> future = requireNonNull(asked).toCompletionStage().toCompletableFuture();
    try {
      if (!assembly.runtime().await(future, assembly.config().startTimeout().plus(GRACE))) {
        throw new TimeoutException("no answer in time");
      }
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while the cluster was asked about a topic", e);
    }
  }
}
