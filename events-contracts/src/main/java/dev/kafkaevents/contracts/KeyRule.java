package dev.kafkaevents.contracts;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Where the key of a record comes from: a field of its payload. */
record KeyRule(JsonPointer from, ValueFormat format) {
  /** The key of {@code payload}; null if it lacks the field, or has no text or number there. */
  @Nullable String keyOf(JsonNode payload) {
    JsonNode field = payload.at(from);
    return field.isString() || field.isNumber() ? field.asString() : null;
  }
}
