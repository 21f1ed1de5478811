package dev.kafkaevents.testkit.registry;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.avro.Schema;

/**
 * A schema as it came in a request.
 *
 * @param text in the form the registry hands out
 * @param normalized whether what differs in order alone is the same
 */
record ParsedSchema(Schema schema, String text, JsonNode references, boolean normalized) {
  static ParsedSchema parse(String text, JsonNode references, Subjects subjects) {
    Schema.Parser parser = new Schema.Parser();
    try {
      subjects.resolved(references).values().forEach(parser::parse);
      Schema schema = parser.parse(text);
      boolean alone = references.isEmpty();
      return new ParsedSchema(schema, alone ? schema.toString() : text, references, false);
    } catch (RuntimeException e) {
      throw new RegistryError(
          42201, "Invalid schema {avro=" + text + "} details: " + e.getMessage());
    }
  }

  ParsedSchema asNormalized(boolean normalized) {
    return new ParsedSchema(schema, text, references, normalized);
  }
}
