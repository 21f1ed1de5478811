package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The golden vectors against the SDK of CloudEvents: it says the same, but where it is known. */
class CloudEventsSdkTest {
  /** Listed with their reasons in the README beside the vectors. */
  private static final Map<String, String> DEVIATIONS =
      Map.of(
          "binary-empty-data", "data absent",
          "binary-not-an-attribute", "refused, CloudEventRWException",
          "binary-null-header", "refused, NullPointerException",
          "structured-array-attribute", "accepted",
          "structured-exact-numbers", "data differs",
          "structured-json-suffix", "refused, EventDeserializationException",
          "structured-mixed-case-media-type", "refused, CloudEventRWException",
          "structured-more-after-it", "accepted",
          "structured-null-attribute", "refused, EventDeserializationException",
          "structured-object-attribute", "accepted");

  @Test
  void sdk_saysTheSame_butWhereItIsKnownNotTo() {
    Map<String, String> deviations = new TreeMap<>();
    for (Vector vector : Vector.all()) {
      String deviation = deviation(vector);
      if (deviation != null) {
        deviations.put(vector.name(), deviation);
      }
    }
    assertThat(deviations).isEqualTo(new TreeMap<>(DEVIATIONS));
  }

  private static @Nullable String deviation(Vector vector) {
    boolean isEvent = !vector.attributes().isEmpty();
    CloudEvent event;
    try {
      event =
          KafkaMessageFactory.createReader(new RecordHeaders(vector.headers()), vector.value())
              .toEvent();
    } catch (RuntimeException e) {
      return isEvent ? "refused, " + e.getClass().getSimpleName() : null;
    }
    if (!isEvent) {
      return "accepted";
    }
    Map<String, String> attributes = attributes(event);
    if (!attributes.equals(expected(vector))) {
      return "attributes " + new TreeMap<>(attributes);
    }
    byte[] data = event.getData() == null ? null : event.getData().toBytes();
    return Arrays.equals(data, vector.data())
        ? null
        : "data " + (data == null ? "absent" : "differs");
  }

  private static Map<String, String> attributes(CloudEvent event) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : event.getAttributeNames()) {
      put(attributes, name, event.getAttribute(name));
    }
    for (String name : event.getExtensionNames()) {
      put(attributes, name, event.getExtension(name));
    }
    return attributes;
  }

  private static void put(Map<String, String> attributes, String name, @Nullable Object value) {
    if (value instanceof OffsetDateTime time) {
      attributes.put(name, time.toInstant().toString());
    } else if (value != null) {
      attributes.put(name, value.toString());
    }
  }

  private static Map<String, String> expected(Vector vector) {
    Map<String, String> attributes = new LinkedHashMap<>(vector.attributes());
    attributes.computeIfPresent("time", (name, time) -> Instant.parse(time).toString());
    if (vector.name().startsWith("structured") && vector.data() != null) {
      attributes.putIfAbsent("datacontenttype", "application/json"); // what its absence means
    }
    return attributes;
  }
}
