package dev.kafkaevents.contracts;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Avro schemas of writers that never had a field. */
final class SchemaWithout {
  private SchemaWithout() {}

  /** Null if {@code path} leads to no field of a record, such as to an entry of a map. */
  static @Nullable Schema field(Schema schema, List<String> path) {
    JsonNode document = Json.MAPPER.readTree(schema.toString());
    return remove(document, path) ? new Schema.Parser().parse(Json.text(document)) : null;
  }

  /** Types are written out where they occur first; a field of one that is only named stays. */
  private static boolean remove(JsonNode type, List<String> path) {
    if (type.isArray()) {
      boolean removed = false;
      for (JsonNode branch : type) {
        removed |= remove(branch, path);
      }
      return removed;
    }
    String kind = type.path("type").asString("");
    if (kind.equals("array") && path.get(0).equals("*")) {
      return path.size() > 1 && remove(type.get("items"), path.subList(1, path.size()));
    }
    if (type.path("type").isContainer()) {
      return remove(type.get("type"), path);
    }
    if (!kind.equals("record")) {
      return false;
    }
    ArrayNode fields = (ArrayNode) type.get("fields");
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).path("name").asString("").equals(path.get(0))) {
        if (path.size() > 1) {
          return remove(fields.get(i).get("type"), path.subList(1, path.size()));
        }
        fields.remove(i);
        return true;
      }
    }
    return false;
  }
}
