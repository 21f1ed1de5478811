package dev.kafkaevents.core;

import static java.util.Objects.requireNonNull;

/**
 * Maps the names an application declares to those on the cluster, so that tests, or environments,
 * can share one without meeting. What the application sees are always its own names. Called by many
 * threads, and has to say the same each time.
 */
public interface NameMapper {
  /** Names on the cluster are those declared. */
  static NameMapper identity() {
    return new NameMapper() {};
  }

  /** Names on the cluster are those declared, after {@code prefix}. */
  static NameMapper prefixed(String prefix) {
    requireNonNull(prefix, "prefix");
    return new NameMapper() {
      @Override
      public String topic(String declared) {
        return prefix + declared;
      }

      @Override
      public String group(String declared) {
        return prefix + declared;
      }
    };
  }

  /** The name on the cluster of a topic. */
  default String topic(String declared) {
    return declared;
  }

  /** The name on the cluster of a consumer group. */
  default String group(String declared) {
    return declared;
  }
}
