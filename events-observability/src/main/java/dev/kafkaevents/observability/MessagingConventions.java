package dev.kafkaevents.observability;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Which version of OpenTelemetry's messaging conventions names the attributes of spans. They are
 * not stable yet and names still move, so a version is a table, and what is not in a table has one
 * name in all of them.
 */
public enum MessagingConventions {
  /** Up to 1.44. */
  V1_44("messaging.system", "messaging.kafka.offset", "messaging.kafka.message.tombstone"),
  /** From 1.45 on, where the system and what is Kafka's own were renamed. */
  V1_45("messaging.system.name", "kafka.offset", "kafka.message.tombstone");

  static final AttributeKey<String> OPERATION_NAME =
      AttributeKey.stringKey("messaging.operation.name");
  static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  static final AttributeKey<String> GROUP = AttributeKey.stringKey("messaging.consumer.group.name");
  static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
  static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  // Ours, where the conventions have no word.
  static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("events.attempt");
  static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("events.attempts");
  static final AttributeKey<Double> RETRY_DELAY = AttributeKey.doubleKey("events.retry.delay");
  static final AttributeKey<String> SETTLEMENT = AttributeKey.stringKey("events.settlement");
  static final AttributeKey<String> SKIP_REASON = AttributeKey.stringKey("events.skip.reason");

  final AttributeKey<String> system;
  final AttributeKey<Long> offset;
  final AttributeKey<Boolean> tombstone;

  MessagingConventions(String system, String offset, String tombstone) {
    this.system = AttributeKey.stringKey(system);
    this.offset = AttributeKey.longKey(offset);
    this.tombstone = AttributeKey.booleanKey(tombstone);
  }
}
