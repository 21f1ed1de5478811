package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One of the golden vectors of the testkit. */
record Vector(
    String name,
    RecordHeaders headers,
    byte @Nullable [] value,
    @Nullable String written,
    boolean isRefused,
    boolean isNotACloudEvent,
    Map<String, String> attributes,
    Map<String, String> otherHeaders,
    byte @Nullable [] data) {

  static List<Vector> all() {
    try (InputStream file =
        Vector.class.getResourceAsStream(
            "/dev/kafkaevents/testkit/cloudevents/kafka-vectors.json")) {
      return JsonMapper.shared()
          .readTree(file)
          .get("vectors")
          .valueStream()
          .map(Vector::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Vector of(JsonNode json) {
    JsonNode record = json.get("record");
    RecordHeaders headers = new RecordHeaders();
    for (JsonNode header : record.get("headers").values()) {
      headers.add(header.get("name").asString(), bytes(header.get("value")));
    }
    JsonNode event = json.path("event");
    return new Vector(
        json.get("name").asString(),
        headers,
        bytes(record.get("value")),
        json.path("written").asString(null),
        json.path("refused").asBoolean(false),
        json.path("notACloudEvent").asBoolean(false),
        texts(event.path("attributes")),
        texts(event.path("headers")),
        bytes(event.path("data")));
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.properties().forEach(member -> texts.put(member.getKey(), member.getValue().asString()));
    return texts;
  }

  private static byte @Nullable [] bytes(JsonNode value) {
    if (value.has("text")) {
      return value.get("text").asString().getBytes(UTF_8);
    }
    return value.has("hex") ? HexFormat.of().parseHex(value.get("hex").asString()) : null;
  }

  ConsumerRecord<byte[], byte[]> record() {
    return new ConsumerRecord<>(
        "orders",
        0,
        7,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        value,
        new RecordHeaders(headers),
        Optional.empty());
  }

  @Override
  public String toString() {
    return name;
  }
}
