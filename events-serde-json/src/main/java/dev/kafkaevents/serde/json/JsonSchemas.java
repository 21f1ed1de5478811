package dev.kafkaevents.serde.json;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The JSON Schemas of event classes, to check payloads against on both sides.
 *
 * <pre>{@code
 * JsonSchemas schemas =
 *     JsonSchemas.of(OrderPlaced.class, "{\"required\":[\"orderId\"]}")
 *         .withResource(OrderCancelled.class, "order-cancelled.schema.json");
 * KafkaEvents.builder(config).serde(JsonSerde.factory(schemas)).serde(JsonSerde.factory()).build();
 * }</pre>
 *
 * <p>It needs {@code com.networknt:json-schema-validator} 3, which is an optional dependency: add
 * it to your own. A schema says its dialect with {@code $schema}, and is of 2020-12 if it does not.
 * Formats ({@code date-time}, {@code uuid}) are checked. A schema refers to itself alone: nothing
 * is fetched from anywhere. Its patterns run on what others have sent, so write none that backtrack
 * without end.
 *
 * <p>What does not match is told by its place, the keyword and where the schema says so. A name in
 * the place that the schema does not have is shown as {@code *}, since it is a part of the payload.
 *
 * <p>Immutable: {@code withX} returns a changed copy.
 */
public final class JsonSchemas {
  private final Map<Class<?>, JsonSchema> byType;

  private JsonSchemas(Map<Class<?>, JsonSchema> byType) {
    this.byType = byType;
  }

  /**
   * With the schema of one event class.
   *
   * @throws IllegalArgumentException if it is no JSON Schema, or refers to another
   */
  public static JsonSchemas of(Class<?> type, String schema) {
    return new JsonSchemas(Map.of()).with(type, schema);
  }

  /**
   * And that of another event class; it holds for classes below it that have none.
   *
   * @throws IllegalArgumentException if it is no JSON Schema, or refers to another
   */
  public JsonSchemas with(Class<?> type, String schema) {
    requireNonNull(type, "type");
    requireNonNull(schema, "schema");
    Map<Class<?>, JsonSchema> more = new LinkedHashMap<>(byType);
    more.put(type, JsonSchema.of(type, schema));
    return new JsonSchemas(more);
  }

  /**
   * And that of another event class, read from where {@link Class#getResourceAsStream} finds it.
   *
   * @throws IllegalArgumentException if it is not there, is no JSON Schema, or refers to another
   */
  public JsonSchemas withResource(Class<?> type, String name) {
    try (InputStream resource = type.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalArgumentException(
            "there is no resource %s beside %s".formatted(name, type.getName()));
      }
      return with(type, new String(resource.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether all payloads of {@code topic} can be checked.
   *
   * @throws EventsException if only some can
   */
  boolean haveAllOf(Topic<?> topic) {
    List<String> missing = new ArrayList<>();
    boolean any = false;
    for (String eventType : topic.eventTypes()) {
      Class<?> type = topic.payloadTypeOf(eventType);
      if (type != null && schemaOf(type) == null) {
        missing.add(type.getName());
      } else {
        any = true;
      }
    }
    if (any && !missing.isEmpty()) {
      throw new EventsException(
          "topic %s has JSON Schemas for some of its payloads and none for %s; add them with JsonSchemas.with"
              .formatted(topic.name(), missing));
    }
    return any;
  }

  /** What does not match; null if it all does. */
  @Nullable String mismatch(Class<?> type, JsonNode payload) {
    JsonSchema schema = schemaOf(type);
    return schema == null ? "it has no JSON Schema" : schema.mismatch(payload);
  }

  private @Nullable JsonSchema schemaOf(Class<?> type) {
    JsonSchema own = byType.get(type);
    if (own != null) {
      return own;
    }
    for (Map.Entry<Class<?>, JsonSchema> entry : byType.entrySet()) {
      if (entry.getKey().isAssignableFrom(type)) {
        return entry.getValue();
      }
    }
    return null;
  }
}
