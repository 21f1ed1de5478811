package dev.kafkaevents.core;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.SubscribeOptions;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;

/** Makes the consumer of a subscription, and makes sure that its topic is there. Poll thread. */
final class Connector {
  private static final Duration AGAIN = Duration.ofMillis(100);

  /** How long a topic that was just created may take to be known everywhere. */
  private static final Duration TOPIC_GRACE = Duration.ofSeconds(5);

  private final Assembly assembly;
  private final KafkaSubscription<?> subscription;
  private final String topicOnCluster;

  Connector(Assembly assembly, KafkaSubscription<?> subscription, String topicOnCluster) {
    this.assembly = assembly;
    this.subscription = subscription;
    this.topicOnCluster = topicOnCluster;
  }

  Consumer<byte[], byte[]> newConsumer() {
    SubscribeOptions options = subscription.options();
    try {
      return assembly
          .clients()
          .consumer(
              assembly
                  .settings()
                  .consumer(assembly.names().group(options.group()), options.instanceId()));
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new EventsException(
          "no consumer could be made for "
              + assembly.config().bootstrapServers()
              + ": "
              + reason.getMessage(),
          e);
    }
  }

  /** Returns when the topic is known, or the subscription is to stop. */
  void requireTopic(Consumer<byte[], byte[]> consumer) {
    String address = assembly.config().bootstrapServers();
    Duration startTimeout = assembly.config().startTimeout();
    EventsRuntime runtime = assembly.runtime();
    long start = runtime.nanoTime();
    while (!subscription.isToStop()) {
      Duration spent = Duration.ofNanos(runtime.nanoTime() - start);
      List<PartitionInfo> partitions;
      try {
        partitions = consumer.partitionsFor(topicOnCluster, notNegative(startTimeout.minus(spent)));
      } catch (WakeupException askedFor) {
        continue;
      } catch (TimeoutException e) {
        throw new EventsException(
            "no Kafka cluster answered at "
                + address
                + " within "
                + startTimeout
                + "; check the address, and that it runs",
            e);
      }
      if (partitions != null && !partitions.isEmpty()) {
        return;
      }
      if (spent.compareTo(TOPIC_GRACE) > 0 || spent.compareTo(startTimeout.dividedBy(2)) > 0) {
        throw new EventsException(
            "the cluster at "
                + address
                + " has no topic "
                + topicOnCluster
                + "; create it, or check its name");
      }
      runtime.park(AGAIN);
    }
  }

  private static Duration notNegative(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }
}
