package dev.kafkaevents.contracts;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tries to prove that whatever a writer's schema allows a reader's allows too. It goes through what
 * the reader demands, keyword by keyword, and looks for something the writer promises that implies
 * it; what is not implied is a suspect, and only that. If there is none, it is proven.
 *
 * <p>What the writer promises at some place is a list of schemas that all hold there: its own, what
 * it refers to, the parts of {@code allOf}. Of {@code anyOf} and {@code oneOf} each branch is
 * looked at by itself. Keywords that are not modelled are implied only by themselves.
 */
final class JsonImplication {
  private static final int MOST_STEPS = 20_000;

  /** Implied only by the same in the writer's schema. */
  private static final Map<String, String> NOT_MODELLED = new LinkedHashMap<>();

  static {
    NOT_MODELLED.put("pattern", "string");
    NOT_MODELLED.put("format", "string");
    NOT_MODELLED.put("uniqueItems", "array");
    NOT_MODELLED.put("prefixItems", "array");
    NOT_MODELLED.put("contains", "array");
    NOT_MODELLED.put("unevaluatedItems", "array");
    NOT_MODELLED.put("patternProperties", "object");
    NOT_MODELLED.put("propertyNames", "object");
    NOT_MODELLED.put("dependentRequired", "object");
    NOT_MODELLED.put("dependentSchemas", "object");
    NOT_MODELLED.put("unevaluatedProperties", "object");
    NOT_MODELLED.put("not", "");
    NOT_MODELLED.put("if", "");
  }

  /** Keywords whose meaning depends on others beside them. */
  private static final Map<String, List<String>> TOGETHER =
      Map.of(
          "if", List.of("then", "else"),
          "contains", List.of("minContains", "maxContains"),
          "prefixItems", List.of("items"));

  /** Something the reader demands that the writer may not keep. */
  record Suspect(String path, String keyword) {}

  private record Step(List<JsonNode> facts, JsonNode reader) {}

  private final JsonFacts writer;
  private final JsonNode writerDocument;
  private final JsonNode readerDocument;
  private Set<Suspect> suspects = new LinkedHashSet<>();

  /** Being proven: a schema that contains itself comes back to it. */
  private Set<Step> assumed = new HashSet<>();

  private int steps;

  private JsonImplication(JsonNode writerDocument, JsonNode readerDocument) {
    this.writer = new JsonFacts(writerDocument);
    this.writerDocument = writerDocument;
    this.readerDocument = readerDocument;
  }

  /** What could not be proven; if empty, all that {@code writer} writes {@code reader} reads. */
  static Set<Suspect> suspects(JsonPayload writer, JsonPayload reader) {
    JsonImplication implication = new JsonImplication(writer.closed, reader.open);
    implication.imply(implication.writer.facts(List.of(), writer.closed), 0, reader.open, "");
    return implication.suspects;
  }

  private void suspect(String path, String keyword) {
    suspects.add(new Suspect(path, keyword));
  }

  /**
   * @param next the first of the facts that was not looked at for branches
   */
  private void imply(List<JsonNode> facts, int next, JsonNode reader, String path) {
    if (++steps > MOST_STEPS) {
      suspect(path, "size");
      return;
    }
    for (int i = next; i < facts.size(); i++) {
      JsonNode fact = facts.get(i);
      JsonNode branches = fact.has("oneOf") ? fact.get("oneOf") : fact.get("anyOf");
      if (branches != null) {
        for (JsonNode branch : branches) {
          imply(writer.facts(facts, branch), i + 1, reader, path);
        }
        return;
      }
    }
    implyWithoutBranches(facts, reader, path);
  }

  private void implyWithoutBranches(List<JsonNode> facts, JsonNode reader, String path) {
    boolean writesNothing =
        facts.stream().anyMatch(f -> f.isBoolean()) || JsonFacts.types(facts).isEmpty();
    if (writesNothing
        || (reader.isEmpty() && reader.isObject())
        || !assumed.add(new Step(facts, reader))) {
      return;
    }
    if (reader.isBoolean()) {
      if (!reader.booleanValue()) {
        suspect(path, "false");
      }
      return;
    }
    JsonNode values = JsonFacts.valuesOf(facts);
    if (values != null) {
      for (JsonNode value : values) {
        if (writer.isWritten(facts, value)
            && !JsonPayload.judge(reader, readerDocument).accepts(value)) {
          suspect(path, "enum");
        }
      }
      return;
    }
    Set<String> types = JsonFacts.types(facts);
    implyType(types, reader, path);
    if (reader.has("enum") || reader.has("const")) {
      suspect(path, reader.has("enum") ? "enum" : "const");
    }
    implyNotModelled(types, facts, reader, path);
    if (types.contains("number") || types.contains("integer")) {
      implyNumbers(types, facts, reader, path);
    }
    implySizes(types, facts, reader, path);
    if (types.contains("object")) {
      implyObject(facts, reader, path);
    }
    if (types.contains("array") && reader.has("items") && !reader.has("prefixItems")) {
      List<JsonNode> items = new ArrayList<>();
      for (JsonNode fact : facts) {
        if (fact.has("items") && !fact.has("prefixItems")) {
          writer.addFacts(fact.get("items"), items);
        }
      }
      imply(items, 0, reader.get("items"), path + "/*");
    }
    implyApplied(facts, reader, path);
  }

  private void implyApplied(List<JsonNode> facts, JsonNode reader, String path) {
    JsonNode referred = SchemaKeywords.referred(reader, readerDocument);
    if (referred != null) {
      imply(facts, facts.size(), referred, path);
    }
    reader.path("allOf").forEach(each -> imply(facts, facts.size(), each, path));
    if (reader.has("anyOf")) {
      boolean proven = false;
      for (JsonNode branch : reader.get("anyOf")) {
        proven |= isImplied(facts, branch);
      }
      if (!proven) {
        suspect(path, "anyOf");
      }
    }
    if (reader.has("oneOf") && !isOneImplied(facts, reader.get("oneOf"))) {
      if (!isSame(facts, reader, "oneOf", List.of())) {
        suspect(path, "oneOf");
      }
    }
  }

  /** Exactly one: one is implied, and each other is impossible. */
  private boolean isOneImplied(List<JsonNode> facts, JsonNode branches) {
    for (int i = 0; i < branches.size(); i++) {
      boolean othersImpossible = true;
      for (int j = 0; j < branches.size(); j++) {
        othersImpossible &= i == j || isImpossible(facts, branches.get(j), 0);
      }
      if (othersImpossible && isImplied(facts, branches.get(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isImplied(List<JsonNode> facts, JsonNode reader) {
    Set<Suspect> suspectsBefore = suspects;
    Set<Step> assumedBefore = assumed;
    suspects = new LinkedHashSet<>();
    assumed = new HashSet<>(assumedBefore);
    imply(facts, facts.size(), reader, "");
    boolean implied = suspects.isEmpty();
    suspects = suspectsBefore;
    assumed = assumedBefore;
    return implied;
  }

  /** Whether nothing of which {@code facts} hold is valid by {@code reader}. */
  private boolean isImpossible(List<JsonNode> facts, JsonNode reader, int depth) {
    if (reader.isBoolean() || depth > 4) {
      return reader.isBoolean() && !reader.booleanValue();
    }
    JsonNode values = JsonFacts.valuesOf(facts);
    if (values != null) {
      for (JsonNode value : values) {
        if (JsonPayload.judge(reader, readerDocument).accepts(value)) {
          return false;
        }
      }
      return true;
    }
    Set<String> types = new HashSet<>(JsonFacts.types(facts));
    if (types.contains("number")) {
      types.add("integer");
    }
    Set<String> readTypes = JsonFacts.types(List.of(reader));
    if (types.stream().noneMatch(type -> JsonFacts.isOf(type, readTypes))) {
      return true;
    }
    JsonNode referred = SchemaKeywords.referred(reader, readerDocument);
    if (referred != null && isImpossible(facts, referred, depth + 1)) {
      return true;
    }
    for (JsonNode part : reader.path("allOf")) {
      if (isImpossible(facts, part, depth + 1)) {
        return true;
      }
    }
    if (!types.equals(Set.of("object"))) {
      return false;
    }
    for (JsonNode name : reader.path("required")) {
      if (writer.ofProperty(facts, name.stringValue()) == null) {
        return true;
      }
    }
    for (Map.Entry<String, JsonNode> each : reader.path("properties").properties()) {
      List<JsonNode> ofIt = writer.ofProperty(facts, each.getKey());
      if (ofIt != null
          && JsonFacts.isRequired(facts, each.getKey())
          && isImpossible(ofIt, each.getValue(), depth + 1)) {
        return true;
      }
    }
    return false;
  }

  private void implyType(Set<String> types, JsonNode reader, String path) {
    if (reader.has("type")) {
      Set<String> readTypes = JsonFacts.types(List.of(reader));
      for (String type : types) {
        if (!JsonFacts.isOf(type, readTypes)) {
          suspect(path, "type");
        }
      }
    }
  }

  private void implyNotModelled(
      Set<String> types, List<JsonNode> facts, JsonNode reader, String path) {
    NOT_MODELLED.forEach(
        (keyword, type) -> {
          if (reader.has(keyword)
              && (type.isEmpty() || types.contains(type))
              && !isSame(facts, reader, keyword, TOGETHER.getOrDefault(keyword, List.of()))) {
            suspect(path, keyword);
          }
        });
  }

  /** Whether the writer says the very same, and it means the same there. */
  private boolean isSame(
      List<JsonNode> facts, JsonNode reader, String keyword, List<String> together) {
    String read = bare(reader.get(keyword), readerDocument, 0);
    for (JsonNode fact : facts) {
      boolean same = fact.has(keyword) && bare(fact.get(keyword), writerDocument, 0).equals(read);
      for (String other : together) {
        same &=
            bare(fact.path(other), writerDocument, 0)
                .equals(bare(reader.path(other), readerDocument, 0));
      }
      // Objects in objects are closed for writers and open for readers, and so not the same.
      boolean isCovariant = Set.of("patternProperties", "dependentSchemas").contains(keyword);
      if (same && (isCovariant || !read.contains("\"properties\""))) {
        return true;
      }
    }
    return false;
  }

  /** The text of a schema with all it refers to, without annotations and what closes it. */
  private static String bare(JsonNode schema, JsonNode document, int depth) {
    if (depth > 12) {
      return "deep " + System.identityHashCode(schema);
    }
    if (schema.isObject()) {
      StringBuilder text = new StringBuilder("{");
      Map<String, String> parts = new TreeMap<>();
      for (Map.Entry<String, JsonNode> each : schema.properties()) {
        String key = each.getKey();
        boolean closes =
            (key.equals("unevaluatedProperties") && each.getValue().isBoolean())
                || SchemaKeywords.ANNOTATIONS.contains(key);
        if (!closes && !key.equals("$ref")) {
          parts.put(key, bare(each.getValue(), document, depth));
        }
      }
      JsonNode referred =
          schema.path("$ref").isString() ? SchemaKeywords.referred(schema, document) : null;
      if (referred != null) {
        parts.put("$ref", bare(referred, document, depth + 1));
      }
      parts.forEach((key, value) -> text.append('"').append(key).append("\":").append(value));
      return text.append('}').toString();
    }
    if (schema.isArray()) {
      StringBuilder text = new StringBuilder("[");
      schema.forEach(each -> text.append(bare(each, document, depth)).append(','));
      return text.append(']').toString();
    }
    return schema.isMissingNode() ? "" : Json.text(schema);
  }

  private void implyNumbers(Set<String> types, List<JsonNode> facts, JsonNode reader, String path) {
    for (String keyword : List.of("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")) {
      if (reader.has(keyword)) {
        boolean lower = keyword.endsWith("inimum");
        boolean strictly = keyword.startsWith("exclusive");
        BigDecimal bound = reader.get(keyword).decimalValue();
        boolean implied = false;
        for (JsonNode fact : facts) {
          String inclusive = lower ? "minimum" : "maximum";
          String exclusive = lower ? "exclusiveMinimum" : "exclusiveMaximum";
          implied |= isWithin(fact.get(inclusive), bound, lower, strictly);
          implied |= isWithin(fact.get(exclusive), bound, lower, false);
        }
        if (!implied) {
          suspect(path, keyword);
        }
      }
    }
    JsonNode multiple = reader.get("multipleOf");
    if (multiple != null) {
      boolean implied =
          facts.stream().anyMatch(fact -> isMultiple(fact.get("multipleOf"), multiple));
      boolean whole =
          !types.contains("number")
              && BigDecimal.ONE.remainder(multiple.decimalValue()).signum() == 0;
      if (!implied && !whole) {
        suspect(path, "multipleOf");
      }
    }
  }

  private static boolean isWithin(
      @Nullable JsonNode promised, BigDecimal bound, boolean lower, boolean strictly) {
    if (promised == null) {
      return false;
    }
    int order = promised.decimalValue().compareTo(bound) * (lower ? 1 : -1);
    return strictly ? order > 0 : order >= 0;
  }

  private static boolean isMultiple(@Nullable JsonNode promised, JsonNode of) {
    return promised != null && promised.decimalValue().remainder(of.decimalValue()).signum() == 0;
  }

  private void implySizes(Set<String> types, List<JsonNode> facts, JsonNode reader, String path) {
    Map<String, String> sizes =
        Map.of(
            "minLength", "string",
            "maxLength", "string",
            "minItems", "array",
            "maxItems", "array",
            "minProperties", "object",
            "maxProperties", "object");
    sizes.forEach(
        (keyword, type) -> {
          if (reader.has(keyword) && types.contains(type)) {
            BigDecimal bound = reader.get(keyword).decimalValue();
            boolean lower = keyword.startsWith("min");
            boolean trivial = lower && bound.signum() == 0;
            if (!trivial
                && facts.stream()
                    .noneMatch(fact -> isWithin(fact.get(keyword), bound, lower, false))) {
              suspect(path, keyword);
            }
          }
        });
  }

  private void implyObject(List<JsonNode> facts, JsonNode reader, String path) {
    for (JsonNode name : reader.path("required")) {
      if (!JsonFacts.isRequired(facts, name.stringValue())) {
        suspect(AvroJson.child(path, name.stringValue()), "required");
      }
    }
    JsonNode properties = reader.path("properties");
    for (Map.Entry<String, JsonNode> each : properties.properties()) {
      List<JsonNode> ofIt = writer.ofProperty(facts, each.getKey());
      if (ofIt != null) {
        imply(ofIt, 0, each.getValue(), AvroJson.child(path, each.getKey()));
      }
    }
    JsonNode others = reader.get("additionalProperties");
    if (others != null) {
      for (JsonNode fact : facts) {
        for (String name : fact.path("properties").propertyNames()) {
          List<JsonNode> ofIt = writer.ofProperty(facts, name);
          if (!properties.has(name) && ofIt != null) {
            imply(ofIt, 0, others, AvroJson.child(path, name));
          }
        }
      }
      List<JsonNode> ofOthers = writer.ofOthers(facts);
      if (ofOthers != null) {
        imply(ofOthers, 0, others, path + "/*");
      }
    }
  }
}
