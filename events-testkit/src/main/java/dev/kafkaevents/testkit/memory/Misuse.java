package dev.kafkaevents.testkit.memory;

import java.util.Collection;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a consumer is not to be called with, and what Kafka's says then. */
final class Misuse {
  private Misuse() {}

  static void requireTopics(@Nullable Collection<String> topics) {
    if (topics == null) {
      throw new IllegalArgumentException("Topic collection to subscribe to cannot be null");
    }
    for (String topic : topics) {
      if (topic == null || topic.isBlank()) {
        throw new IllegalArgumentException(
            "Topic collection to subscribe to cannot contain null or empty topic");
      }
    }
  }

  static void requirePattern(@Nullable Pattern pattern) {
    if (pattern == null || pattern.toString().isEmpty()) {
      throw new IllegalArgumentException(
          "Topic pattern to subscribe to cannot be " + (pattern == null ? "null" : "empty"));
    }
  }

  static void requirePartitions(@Nullable Collection<TopicPartition> ids) {
    if (ids == null) {
      throw new IllegalArgumentException("Topic partition collection to assign to cannot be null");
    }
    for (TopicPartition id : ids) {
      if (id == null || id.topic() == null || id.topic().isBlank()) {
        throw new IllegalArgumentException(
            "Topic partitions to assign to cannot have null or empty topic");
      }
    }
  }
}
