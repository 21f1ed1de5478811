package dev.kafkaevents.core;

/**
 * Maps the names an application declares to those on the cluster, so that tests can share one
 * without meeting. What the application sees are always its own names.
 */
public interface NameMapper {
  /** Names on the cluster are those declared. */
  static NameMapper identity() {
    return new NameMapper() {};
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
