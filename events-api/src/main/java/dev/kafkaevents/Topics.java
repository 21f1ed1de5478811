package dev.kafkaevents;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster says about its topics: for checks before the work begins, and not during it.
 * Blocks until the cluster has answered; each of a few requests may take {@link
 * EventsConfig#startTimeout}. Safe for use by many threads.
 */
public interface Topics {
  /**
   * What is known of {@code topic}; null if the cluster has none of that name.
   *
   * @throws UnavailableException if the cluster does not answer
   * @throws EventsException if nothing may be known about it
   */
  @Nullable TopicFacts find(String topic);

  /**
   * Creates {@code topic}, with as many replicas as the cluster gives unless told otherwise, and
   * returns when its partitions are served. Nothing is changed if it is there already.
   *
   * @param settings as Kafka names them, such as {@code retention.ms}
   * @throws UnavailableException if the cluster does not answer
   * @throws EventsException if the cluster refuses
   */
  void create(String topic, int partitions, Map<String, String> settings);
}
