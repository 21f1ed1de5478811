package dev.kafkaevents.contracts;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a writer's schema, closed, promises of one value: a list of schemas that all hold of it. */
final class JsonFacts {
  private static final Set<String> EVERY_TYPE =
      Set.of("null", "boolean", "object", "array", "number", "string");

  private final JsonNode document;

  JsonFacts(JsonNode document) {
    this.document = document;
  }

  /** {@code known}, and what {@code schema} says of the same value. */
  List<JsonNode> facts(List<JsonNode> known, JsonNode schema) {
    List<JsonNode> facts = new ArrayList<>(known);
    addFacts(schema, facts);
    return facts;
  }

  void addFacts(JsonNode schema, List<JsonNode> facts) {
    if (facts.contains(schema) || (schema.isBoolean() && schema.booleanValue())) {
      return;
    }
    facts.add(schema);
    JsonNode referred = SchemaKeywords.referred(schema, document);
    if (referred != null) {
      addFacts(referred, facts);
    }
    schema.path("allOf").forEach(each -> addFacts(each, facts));
  }

  static boolean isOf(String type, Set<String> types) {
    return types.contains(type) || (type.equals("integer") && types.contains("number"));
  }

  /** The types a value can have, of which all of {@code facts} hold. */
  static Set<String> types(List<JsonNode> facts) {
    Set<String> types = EVERY_TYPE;
    for (JsonNode fact : facts) {
      JsonNode type = fact.get("type");
      if (type != null) {
        Set<String> here = new HashSet<>();
        if (type.isArray()) {
          type.forEach(each -> here.add(each.stringValue()));
        } else {
          here.add(type.stringValue());
        }
        Set<String> both = new HashSet<>();
        for (String each : types) {
          if (isOf(each, here)) {
            both.add(each);
          }
        }
        if (here.contains("integer") && types.contains("number") && !here.contains("number")) {
          both.add("integer");
        }
        types = both;
      }
    }
    return types;
  }

  /** All values there can be, if they are listed. */
  static @Nullable JsonNode valuesOf(List<JsonNode> facts) {
    for (JsonNode fact : facts) {
      if (fact.has("const")) {
        return Json.MAPPER.createArrayNode().add(fact.get("const"));
      }
      if (fact.has("enum")) {
        return fact.get("enum");
      }
    }
    return null;
  }

  boolean isWritten(List<JsonNode> facts, JsonNode value) {
    return facts.stream().allMatch(fact -> JsonPayload.judge(fact, document).accepts(value));
  }

  static boolean isRequired(List<JsonNode> facts, String name) {
    for (JsonNode fact : facts) {
      for (JsonNode each : fact.path("required")) {
        if (each.stringValue().equals(name)) {
          return true;
        }
      }
    }
    return false;
  }

  /** What holds of a property; null if it is never written. */
  @Nullable List<JsonNode> ofProperty(List<JsonNode> facts, String name) {
    List<JsonNode> ofIt = new ArrayList<>();
    boolean named = false;
    for (JsonNode fact : facts) {
      JsonNode schema = fact.path("properties").get(name);
      if (schema != null) {
        named = true;
        addFacts(schema, ofIt);
      }
    }
    return named ? ofIt : ofOthers(facts);
  }

  /** What holds of properties that no fact names; null if they are never written. */
  @Nullable List<JsonNode> ofOthers(List<JsonNode> facts) {
    List<JsonNode> ofThem = new ArrayList<>();
    boolean closed = false;
    boolean uncertain = false;
    for (JsonNode fact : facts) {
      JsonNode others = fact.get("additionalProperties");
      if (others != null && !fact.has("patternProperties")) {
        if (isFalse(others)) {
          return null;
        }
        addFacts(others, ofThem);
      }
      closed |= isFalse(fact.get("unevaluatedProperties"));
      uncertain |= others != null || mayNameOthers(fact);
    }
    return closed && !uncertain ? null : ofThem;
  }

  /** Whether it has parts that are not among the facts, and may apply. */
  boolean mayNameOthers(JsonNode fact) {
    return fact.has("patternProperties")
        || fact.has("if")
        || fact.has("dependentSchemas")
        || (fact.has("anyOf") && SchemaKeywords.namesProperties(fact, document));
  }

  static boolean isFalse(@Nullable JsonNode node) {
    return node != null && node.isBoolean() && !node.booleanValue();
  }
}
