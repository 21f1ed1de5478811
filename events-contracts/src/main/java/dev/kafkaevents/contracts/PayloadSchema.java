package dev.kafkaevents.contracts;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The schema of one version of a payload. Values of both formats are judged as JSON. */
sealed interface PayloadSchema permits JsonPayload, AvroPayload {
  /** What is wrong with {@code value} as one that is written today: unknown fields are. */
  List<Problem> problems(JsonNode value);

  /** How {@code value} comes back from its bytes: what it lacks may have a default. */
  JsonNode canonical(JsonNode value);

  /** The bytes of a record's value. */
  byte[] encode(JsonNode value, String subject, SchemaIds ids);

  /** Whether both say the same, whatever their layout and their comments. */
  boolean isSameAs(PayloadSchema other);

  /** As it goes into other documents. */
  JsonNode document();
}
