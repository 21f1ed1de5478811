package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;

/** Keeps events away from schemas that ask for more than Avro. */
final class Rules {
  private Rules() {}

  /**
   * Refuses a schema with rules: to write without them may put in clear what has to be encrypted.
   */
  static RegisteredSchema refused(RegisteredSchema schema) {
    if (!schema.rules().isEmpty()) {
      throw new SerdeException(
          "%s has rules that this serde does not run: %s; use the serializer of the registry's maker for it"
              .formatted(schema, schema.rules()));
    }
    return schema;
  }
}
