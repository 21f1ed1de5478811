package dev.kafkaevents.contracts;

import java.util.Map;

/** Topics as contracts say they are. */
final class Topics {
  private Topics() {}

  static void create(Contract contract, Stage stage) {
    stage.createTopic(
        contract.topic(), contract.partitions(), Map.of("cleanup.policy", policy(contract)));
  }

  /** As Kafka calls it. */
  static String policy(Contract contract) {
    return switch (contract.terms().cleanup()) {
      case DELETE -> "delete";
      case COMPACT -> "compact";
      case COMPACT_AND_DELETE -> "compact,delete";
    };
  }
}
