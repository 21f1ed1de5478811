package dev.kafkaevents.contracts;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values that a writer's schema allows, at the edges of what it and a reader's say: from a value
 * with all fields and one with only those required each is varied in one place at a time.
 */
final class JsonInstances {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MOST = 50;
  private static final int MOST_WHOLE = 2_000;
  private static final int DEEPEST = 4;
  private static final int LONGEST = 300;

  /** Texts of formats that are asserted, the odd ones of each included. */
  private static final List<String> TEXTS =
      List.of(
          "x",
          "",
          "00000000-0000-4000-8000-000000000001",
          "2026-01-01T00:00:00Z",
          "2026-01-01T00:00:00.123456789+14:00",
          "2026-01-01",
          "12:00:00Z",
          "P1D",
          "somebody@example.com",
          "https://example.com/a",
          "a/b",
          "127.0.0.1",
          "::1",
          "example.com",
          "/a/b",
          "1",
          "A",
          "é");

  private final JsonNode document;
  private final Set<String> texts = new LinkedHashSet<>(TEXTS);
  private final Set<BigDecimal> numbers = new LinkedHashSet<>();
  private final List<JsonNode> numberNodes;
  private final Set<Integer> sizes = new LinkedHashSet<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<JsonNode, List<JsonNode>> known = new HashMap<>();

  private JsonInstances(JsonNode document, Collection<JsonNode> examples, JsonNode... others) {
    this.document = document;
    for (String number : List.of("1", "0", "-1", "1.5", "-1.5", "3000000000", "9007199254740993")) {
      numbers.add(new BigDecimal(number));
    }
    sizes.addAll(List.of(1, 0, 2));
    examples.forEach(this::learn);
    learn(document);
    for (JsonNode other : others) {
      learn(other);
    }
    for (BigDecimal number : List.copyOf(numbers)) {
      numbers.add(number.add(BigDecimal.ONE));
      numbers.add(number.subtract(BigDecimal.ONE));
      numbers.add(number.add(new BigDecimal("0.5")));
    }
    numberNodes = numbers.stream().map(Json::number).toList();
    for (int size : List.copyOf(sizes)) {
      sizes.add(size + 1);
      sizes.add(Math.max(0, size - 1));
    }
    sizes.removeIf(size -> size > LONGEST);
  }

  /** Values that {@code writer} allows; {@code examples} among them if they are. */
  static List<JsonNode> of(JsonPayload writer, JsonPayload reader, Collection<JsonNode> examples) {
    JsonInstances instances = new JsonInstances(writer.closed, examples, reader.open);
    Set<JsonNode> all = new LinkedHashSet<>(examples);
    all.addAll(instances.of(writer.closed, 0));
    all.removeIf(value -> !writer.problems(value).isEmpty());
    return List.copyOf(all);
  }

  /** Constants of schemas and samples are where things change. */
  private void learn(JsonNode node) {
    if (node.isString()) {
      texts.add(node.stringValue());
    } else if (node.isNumber()) {
      BigDecimal number = node.decimalValue();
      numbers.add(number);
      if (number.signum() >= 0 && number.compareTo(BigDecimal.valueOf(LONGEST)) < 0) {
        sizes.add(number.intValue());
      }
    }
    node.properties()
        .forEach(
            each -> {
              if (each.getKey().equals("properties")) {
                each.getValue().propertyNames().forEach(names::add);
              }
              if (!SchemaKeywords.ANNOTATIONS.contains(each.getKey())
                  && !Set.of("type", "$ref").contains(each.getKey())) {
                learn(each.getValue());
              }
            });
    if (node.isArray()) {
      node.forEach(this::learn);
    }
  }

  /** Valid values of {@code schema}, the most usual one first. */
  private List<JsonNode> of(JsonNode schema, int depth) {
    if (depth > DEEPEST) {
      return List.of();
    }
    List<JsonNode> cached = known.get(schema);
    if (cached != null) {
      return cached;
    }
    Set<JsonNode> candidates = new LinkedHashSet<>();
    for (List<JsonNode> parts : variants(List.of(schema), 0)) {
      addCandidates(parts, depth, candidates);
    }
    JsonPayload.Judge judge = JsonPayload.judge(schema, document);
    List<JsonNode> valid =
        candidates.stream().filter(judge::accepts).limit(depth == 0 ? MOST_WHOLE : MOST).toList();
    known.put(schema, valid);
    return valid;
  }

  /**
   * All that is said of one value: of alternatives, each by itself.
   *
   * @param next the first of {@code parts} that was not looked into
   */
  private List<List<JsonNode>> variants(List<JsonNode> parts, int next) {
    List<JsonNode> all = new ArrayList<>(parts);
    for (int i = next; i < all.size(); i++) {
      JsonNode part = all.get(i);
      JsonNode referred = SchemaKeywords.referred(part, document);
      if (referred != null && !all.contains(referred)) {
        all.add(referred);
      }
      part.path("allOf").forEach(all::add);
      for (String keyword : List.of("then", "else")) {
        if (part.has(keyword)) {
          all.add(part.get(keyword));
        }
      }
      JsonNode branches = part.has("oneOf") ? part.get("oneOf") : part.path("anyOf");
      if (!branches.isEmpty() && all.size() < MOST) {
        List<List<JsonNode>> variants = new ArrayList<>();
        for (JsonNode branch : branches) {
          List<JsonNode> one = new ArrayList<>(all);
          one.add(branch);
          variants.addAll(variants(one, i + 1));
        }
        return variants.subList(0, Math.min(MOST, variants.size()));
      }
    }
    return List.of(all);
  }

  private void addCandidates(List<JsonNode> parts, int depth, Set<JsonNode> candidates) {
    for (JsonNode part : parts) {
      if (part.has("const")) {
        candidates.add(part.get("const"));
      }
      part.path("enum").forEach(candidates::add);
    }
    Set<String> types = new LinkedHashSet<>();
    for (JsonNode part : parts) {
      JsonNode type = part.path("type");
      if (type.isString()) {
        types.add(type.stringValue());
      }
      type.forEach(each -> types.add(each.stringValue()));
    }
    if (types.isEmpty()) {
      types.addAll(List.of("object", "string", "number", "array", "boolean", "null"));
    }
    for (String type : types) {
      switch (type) {
        case "object" -> addObjects(parts, depth, candidates);
        case "array" -> addArrays(parts, depth, candidates);
        case "string" -> {
          texts.forEach(text -> candidates.add(NODES.stringNode(text)));
          sizes.forEach(size -> candidates.add(NODES.stringNode("x".repeat(size))));
        }
        case "number", "integer" -> candidates.addAll(numberNodes);
        case "boolean" -> {
          candidates.add(NODES.booleanNode(true));
          candidates.add(NODES.booleanNode(false));
        }
        default -> candidates.add(NODES.nullNode());
      }
    }
  }

  private void addObjects(List<JsonNode> parts, int depth, Set<JsonNode> candidates) {
    Map<String, JsonNode> schemas = new LinkedHashMap<>();
    Set<String> required = new LinkedHashSet<>();
    @Nullable JsonNode others = null;
    for (JsonNode part : parts) {
      part.path("properties")
          .properties()
          .forEach(each -> schemas.merge(each.getKey(), each.getValue(), JsonInstances::both));
      part.path("required").forEach(name -> required.add(name.stringValue()));
      others = part.has("patternProperties") ? NODES.objectNode() : others;
      others = part.has("additionalProperties") ? part.get("additionalProperties") : others;
    }
    if (others != null || schemas.isEmpty()) {
      JsonNode any = others == null ? NODES.objectNode() : others;
      names.forEach(name -> schemas.putIfAbsent(name, any));
      schemas.putIfAbsent("somethingElse", any);
    }
    ObjectNode full = NODES.objectNode();
    ObjectNode least = NODES.objectNode();
    Map<String, List<JsonNode>> values = new LinkedHashMap<>();
    schemas.forEach(
        (name, schema) -> {
          List<JsonNode> its = of(schema, depth + 1);
          if (!its.isEmpty()) {
            values.put(name, its);
            full.set(name, its.get(0));
            if (required.contains(name)) {
              least.set(name, its.get(0));
            }
          }
        });
    candidates.add(full);
    candidates.add(least);
    values.forEach(
        (name, its) -> {
          candidates.add(full.deepCopy().without(name));
          candidates.add(least.deepCopy().without(name));
          for (JsonNode value : its) {
            candidates.add(least.deepCopy().set(name, value));
            if (depth == 0) {
              candidates.add(full.deepCopy().set(name, value));
            }
          }
        });
  }

  private static JsonNode both(JsonNode one, JsonNode other) {
    ObjectNode both = NODES.objectNode();
    both.set("allOf", NODES.arrayNode().add(one).add(other));
    return both;
  }

  private void addArrays(List<JsonNode> parts, int depth, Set<JsonNode> candidates) {
    JsonNode items = NODES.objectNode();
    for (JsonNode part : parts) {
      items = part.has("items") ? part.get("items") : items;
    }
    List<JsonNode> its = of(items, depth + 1);
    its.stream().limit(1).forEach(each -> candidates.add(NODES.arrayNode().add(each)));
    for (int size : sizes) {
      ArrayNode array = NODES.arrayNode();
      for (int i = 0; i < size && !its.isEmpty(); i++) {
        array.add(its.get(i % its.size()));
      }
      candidates.add(array);
      ArrayNode same = NODES.arrayNode();
      for (int i = 0; i < size && !its.isEmpty(); i++) {
        same.add(its.get(0));
      }
      candidates.add(same);
    }
    its.forEach(each -> candidates.add(NODES.arrayNode().add(each)));
    for (JsonNode part : parts) {
      if (part.has("prefixItems")) {
        ArrayNode array = NODES.arrayNode();
        for (JsonNode each : part.get("prefixItems")) {
          of(each, depth + 1).stream().findFirst().ifPresent(array::add);
        }
        candidates.add(array);
      }
    }
  }
}
