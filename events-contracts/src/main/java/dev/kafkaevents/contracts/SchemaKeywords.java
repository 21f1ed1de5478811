package dev.kafkaevents.contracts;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Where in a JSON Schema there are schemas, and what each does to the value it is in. */
final class SchemaKeywords {
  /** Say nothing about which values are valid. */
  static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "title",
          "description",
          "default",
          "deprecated",
          "readOnly",
          "writeOnly",
          "examples",
          "contentEncoding",
          "contentMediaType",
          "contentSchema");

  /** Judge what is in the value. */
  static final Set<String> CHILD =
      Set.of(
          "additionalProperties",
          "unevaluatedProperties",
          "items",
          "unevaluatedItems",
          "contains",
          "propertyNames");

  static final Set<String> CHILDREN_BY_NAME = Set.of("properties", "patternProperties");
  static final Set<String> SAME_VALUE = Set.of("not", "if", "then", "else");
  static final Set<String> SAME_VALUE_LIST = Set.of("allOf", "anyOf", "oneOf");

  private static final Set<String> SIMPLE =
      Set.of(
          "$ref",
          "$defs",
          "type",
          "enum",
          "const",
          "multipleOf",
          "maximum",
          "exclusiveMaximum",
          "minimum",
          "exclusiveMinimum",
          "maxLength",
          "minLength",
          "pattern",
          "format",
          "maxItems",
          "minItems",
          "uniqueItems",
          "prefixItems",
          "maxContains",
          "minContains",
          "maxProperties",
          "minProperties",
          "required",
          "dependentRequired",
          "dependentSchemas");

  private SchemaKeywords() {}

  static boolean isKnown(String keyword) {
    return ANNOTATIONS.contains(keyword)
        || CHILD.contains(keyword)
        || CHILDREN_BY_NAME.contains(keyword)
        || SAME_VALUE.contains(keyword)
        || SAME_VALUE_LIST.contains(keyword)
        || SIMPLE.contains(keyword);
  }

  /**
   * A schema below another.
   *
   * @param keyword that it belongs to
   * @param path from the schema that it is in
   * @param sameValue whether it judges the same value, and not a part of it
   */
  record Sub(String keyword, String path, JsonNode schema, boolean sameValue) {}

  /** The schemas directly below {@code schema}; those in {@code $defs} count as of a part. */
  static List<Sub> below(JsonNode schema) {
    List<Sub> subs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : schema.properties()) {
      String keyword = each.getKey();
      JsonNode value = each.getValue();
      if (CHILD.contains(keyword)) {
        subs.add(new Sub(keyword, "/" + keyword, value, false));
      } else if (SAME_VALUE.contains(keyword)) {
        subs.add(new Sub(keyword, "/" + keyword, value, true));
      } else if (SAME_VALUE_LIST.contains(keyword) || keyword.equals("prefixItems")) {
        for (int i = 0; i < value.size(); i++) {
          boolean sameValue = !keyword.equals("prefixItems");
          subs.add(new Sub(keyword, "/" + keyword + "/" + i, value.get(i), sameValue));
        }
      } else if (CHILDREN_BY_NAME.contains(keyword)
          || keyword.equals("$defs")
          || keyword.equals("dependentSchemas")) {
        for (Map.Entry<String, JsonNode> named : value.properties()) {
          boolean sameValue = keyword.equals("dependentSchemas");
          String path = "/" + keyword + "/" + escaped(named.getKey());
          subs.add(new Sub(keyword, path, named.getValue(), sameValue));
        }
      }
    }
    return subs;
  }

  /** As a part of a JSON pointer. */
  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** What {@code schema} refers to in {@code document}; null if it refers to nothing. */
  static @Nullable JsonNode referred(JsonNode schema, JsonNode document) {
    JsonNode ref = schema.get("$ref");
    return ref == null ? null : document.at(JsonPointer.compile(ref.stringValue().substring(1)));
  }

  /** Whether {@code schema} names properties of the value it judges. */
  static boolean namesProperties(JsonNode schema, JsonNode document) {
    return namesProperties(schema, document, new HashSet<>());
  }

  private static boolean namesProperties(JsonNode schema, JsonNode document, Set<JsonNode> seen) {
    if (!schema.isObject() || !seen.add(schema)) {
      return false;
    }
    JsonNode referred = referred(schema, document);
    return schema.has("properties")
        || (referred != null && namesProperties(referred, document, seen))
        || below(schema).stream()
            .filter(sub -> sub.sameValue() && !sub.keyword().equals("not"))
            .anyMatch(sub -> namesProperties(sub.schema(), document, seen));
  }
}
