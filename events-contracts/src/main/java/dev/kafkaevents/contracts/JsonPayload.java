package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Schema, in two views: a writer's is closed, so that a field it does not name is a mistake,
 * and a reader's is open, since readers ignore what they don't know. Formats are asserted in both.
 *
 * <p>Closed is each object whose properties are named, unless it says itself what else may be in it
 * ({@code additionalProperties: true}). What is below {@code not} and {@code if} stays as written.
 */
final class JsonPayload implements PayloadSchema {
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .formatAssertionsEnabled(true)
                      .locale(Locale.ENGLISH)
                      .build()));

  private final JsonNode document;
  final JsonNode closed;
  final JsonNode open;
  private final Schema writer;
  private final Schema reader;

  private JsonPayload(JsonNode document) {
    this.document = document;
    this.closed = document.deepCopy();
    close(closed, closed, true);
    this.open = document.deepCopy();
    open(open);
    this.writer = REGISTRY.getSchema(closed);
    this.reader = REGISTRY.getSchema(open);
  }

  /**
   * The schema in a file.
   *
   * @throws ContractException if it is none, or has what is not supported here
   */
  static JsonPayload parse(byte[] bytes, String calledFile) {
    JsonNode document = Json.parse(bytes, calledFile);
    if (!document.isObject()) {
      throw new ContractException(calledFile + ": is no JSON Schema: it must be an object");
    }
    String dialect = document.path("$schema").asString(DIALECT);
    if (!dialect.equals(DIALECT)) {
      throw new ContractException(
          calledFile + ": $schema is " + dialect + ", must be " + DIALECT + " or left out");
    }
    List<Problem> problems = problems(REGISTRY.getSchema(SchemaLocation.of(DIALECT)), document);
    if (!problems.isEmpty()) {
      throw new ContractException(calledFile + ": is no JSON Schema: " + problems.get(0));
    }
    requireKnown(document, "", document, calledFile);
    try {
      return new JsonPayload(document);
    } catch (SchemaException e) {
      throw new ContractException(calledFile + ": is no JSON Schema: " + e.getMessage(), e);
    }
  }

  /** A keyword that nobody knows would be ignored in silence. */
  private static void requireKnown(
      JsonNode schema, String path, JsonNode document, String calledFile) {
    for (String keyword : schema.propertyNames()) {
      if (!SchemaKeywords.isKnown(keyword) && !keyword.startsWith("x-")) {
        throw new ContractException(
            calledFile
                + ": "
                + (path.isEmpty() ? "/" : path)
                + " has the keyword "
                + keyword
                + ", which is not one of JSON Schema 2020-12 that is supported here; keywords of your own begin with x-");
      }
    }
    JsonNode ref = schema.get("$ref");
    if (ref != null
        && (!ref.stringValue().startsWith("#/$defs/")
            || document.at(JsonPointer.compile(ref.stringValue().substring(1))).isMissingNode())) {
      throw new ContractException(
          calledFile
              + ": "
              + (path.isEmpty() ? "/" : path)
              + " refers to "
              + ref.stringValue()
              + ", must be something in $defs of the same file");
    }
    if (schema.has("$id") && !path.isEmpty()) {
      throw new ContractException(calledFile + ": " + path + " has an $id, only the root may");
    }
    for (SchemaKeywords.Sub sub : SchemaKeywords.below(schema)) {
      requireKnown(sub.schema(), path + sub.path(), document, calledFile);
    }
  }

  /** Says whether values are valid. */
  interface Judge {
    boolean accepts(JsonNode value);
  }

  /** Of a part of a schema, with the definitions of its document. */
  static Judge judge(JsonNode schema, JsonNode definitions) {
    if (!(schema instanceof ObjectNode object)) {
      boolean accepts = schema.asBoolean(true);
      return value -> accepts;
    }
    ObjectNode standalone = object.deepCopy();
    if (definitions.has("$defs")) {
      standalone.set("$defs", definitions.get("$defs"));
    }
    Schema part = REGISTRY.getSchema(standalone);
    return value -> part.validate(value).isEmpty();
  }

  private static List<Problem> problems(Schema schema, JsonNode value) {
    return schema.validate(value).stream().map(JsonPayload::problem).toList();
  }

  private static Problem problem(Error error) {
    String at = error.getInstanceLocation().toString();
    String property = error.getProperty();
    boolean ofProperty =
        property != null
            && Set.of("required", "additionalProperties", "unevaluatedProperties")
                .contains(error.getKeyword());
    return new Problem(
        ofProperty ? at + "/" + SchemaKeywords.escaped(property) : at,
        error.getKeyword(),
        error.getMessage());
  }

  private static void close(JsonNode schema, JsonNode document, boolean ofPart) {
    if (!(schema instanceof ObjectNode object)) {
      return;
    }
    if (ofPart
        && !schema.has("additionalProperties")
        && !schema.has("unevaluatedProperties")
        && SchemaKeywords.namesProperties(schema, document)) {
      object.put("unevaluatedProperties", false);
    }
    for (SchemaKeywords.Sub sub : SchemaKeywords.below(schema)) {
      if (!sub.keyword().equals("not") && !sub.keyword().equals("if")) {
        close(sub.schema(), document, !sub.sameValue() && !sub.keyword().equals("$defs"));
      }
    }
  }

  private static void open(JsonNode schema) {
    if (!(schema instanceof ObjectNode object)) {
      return;
    }
    for (String keyword : List.of("additionalProperties", "unevaluatedProperties")) {
      if (object.path(keyword).isBoolean()) {
        object.remove(keyword);
      }
    }
    for (SchemaKeywords.Sub sub : SchemaKeywords.below(schema)) {
      if (!Set.of("not", "if", "oneOf").contains(sub.keyword())) {
        open(sub.schema());
      }
    }
  }

  @Override
  public List<Problem> problems(JsonNode value) {
    return problems(writer, value);
  }

  /** What a reader of this version has against {@code value}. */
  List<Problem> readerProblems(JsonNode value) {
    return problems(reader, value);
  }

  @Override
  public JsonNode canonical(JsonNode value) {
    return value;
  }

  @Override
  public byte[] encode(JsonNode value, String subject, SchemaIds ids) {
    return Json.text(value).getBytes(UTF_8);
  }

  @Override
  public boolean isSameAs(PayloadSchema other) {
    return other instanceof JsonPayload json && bare(document).equals(bare(json.document));
  }

  /** Without what says nothing about values. */
  private static JsonNode bare(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    strip(copy);
    return copy;
  }

  private static void strip(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      object.remove(SchemaKeywords.ANNOTATIONS);
      for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
        if (each.getKey().startsWith("x-")) {
          object.remove(each.getKey());
        }
      }
      SchemaKeywords.below(schema).forEach(sub -> strip(sub.schema()));
    }
  }

  @Override
  public JsonNode document() {
    return document;
  }
}
