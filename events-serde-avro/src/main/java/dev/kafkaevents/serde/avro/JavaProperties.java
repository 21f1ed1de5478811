package dev.kafkaevents.serde.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Takes out of a schema what is in it for Java alone. It changes no byte of what is written, and
 * left in, the schema of a generated class is not found where the one it was generated from is
 * registered.
 */
final class JavaProperties {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final List<String> NAMES =
      List.of("avro.java.string", "java-class", "java-key-class", "java-element-class");

  private JavaProperties() {}

  /** The schema as it is registered. */
  static String without(Schema schema) {
    String text = schema.toString();
    if (NAMES.stream().noneMatch(text::contains)) {
      return text;
    }
    try {
      JsonNode json = MAPPER.readTree(text);
      strip(json);
      Schema.Parser parser = new Schema.Parser();
      parser.setValidateDefaults(false);
      return parser.parse(MAPPER.writeValueAsString(json)).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro wrote a schema that is not JSON", e);
    }
  }

  /** Only where schemas stand: a default value may have properties of these names. */
  private static void strip(JsonNode schema) {
    if (schema.isArray()) {
      schema.forEach(JavaProperties::strip);
    } else if (schema instanceof ObjectNode object) {
      object.remove(NAMES);
      for (String part : List.of("type", "items", "values")) {
        if (object.has(part)) {
          strip(object.get(part));
        }
      }
      if (object.has("fields")) {
        object.get("fields").forEach(field -> strip(field.get("type")));
      }
    }
  }
}
