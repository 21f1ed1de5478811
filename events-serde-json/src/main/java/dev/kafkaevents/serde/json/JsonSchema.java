package dev.kafkaevents.serde.json;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One schema, ready to check with. Immutable. */
final class JsonSchema {
  /** The first mismatch is enough: a payload made for it could have millions. */
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .formatAssertionsEnabled(true)
          .failFast(true)
          .preloadSchema(true)
          .build();

  private static final int MAX_PATH = 20;

  private final Schema schema;

  /** What may be told of a place in a payload. */
  private final Set<String> names;

  private JsonSchema(Schema schema, Set<String> names) {
    this.schema = schema;
    this.names = names;
  }

  static JsonSchema of(Class<?> type, String text) {
    try {
      JsonNode node = ExactJson.mapper().readTree(text);
      String dialect =
          node.path("$schema").asString(SpecificationVersion.DRAFT_2020_12.getDialectId());
      List<Error> problems = registry().getSchema(SchemaLocation.of(dialect)).validate(node);
      if (!problems.isEmpty()) {
        throw invalid(type, problems.get(0).toString(), null);
      }
      Schema schema = registry().getSchema(node);
      schema.initializeValidators();
      Set<String> names = new HashSet<>();
      addNames(node, names);
      return new JsonSchema(schema, names);
    } catch (JacksonException e) {
      throw invalid(type, "it is not JSON", e);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw invalid(type, String.valueOf(e.getMessage()), e);
    }
  }

  /** One for each, so that a schema that has an id does not meet another with the same. */
  private static SchemaRegistry registry() {
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemaRegistryConfig(CONFIG));
  }

  private static IllegalArgumentException invalid(
      Class<?> type, String why, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "the JSON Schema of %s can't be used: %s".formatted(type.getName(), why), cause);
  }

  private static void addNames(JsonNode node, Set<String> names) {
    names.addAll(node.path("properties").propertyNames());
    node.forEach(child -> addNames(child, names));
  }

  /** What does not match, without a word of the payload; null if it all does. */
  @Nullable String mismatch(JsonNode payload) {
    List<Error> errors;
    try {
      errors = schema.validate(payload);
    } catch (RuntimeException | StackOverflowError e) {
      return "it can't be checked against its JSON Schema, which fails with "
          + e.getClass().getName();
    }
    if (errors.isEmpty()) {
      return null;
    }
    Error first = errors.get(0);
    return "it does not match its JSON Schema: %s at %s, by %s"
        .formatted(
            first.getKeyword(), pointer(first.getInstanceLocation()), first.getEvaluationPath());
  }

  private String pointer(NodePath place) {
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < Math.min(place.getNameCount(), MAX_PATH); i++) {
      Object element = place.getElement(i);
      boolean known = element instanceof Integer || names.contains(element.toString());
      pointer.append('/').append(known ? element : "*");
    }
    if (place.getNameCount() > MAX_PATH) {
      pointer.append("/…");
    }
    return pointer.isEmpty() ? "the top" : pointer.toString();
  }
}
