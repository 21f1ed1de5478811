package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Envelope;
import dev.kafkaevents.Event;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codec of the core against the golden vectors. */
class CloudEventsVectorsTest {
  /** Any bytes, of any type. */
  private record Data(byte[] bytes, @Nullable String contentType) {}

  private static final Topic<Data> TOPIC =
      Topic.of("orders", Data.class).named(Data.class, "com.acme.order.placed");

  private record AnyBytes(String contentType) implements Serde<Data> {
    @Override
    public boolean reads(String mediaType) {
      return true;
    }

    @Override
    public byte[] encode(Data data, HeaderSink headers) {
      return data.bytes();
    }

    @Override
    public Data decode(byte[] bytes, Class<? extends Data> payloadType, Headers headers) {
      return new Data(bytes, headers.text("content-type"));
    }
  }

  static Stream<Vector> events() {
    return Vector.all().stream().filter(vector -> !vector.attributes().isEmpty());
  }

  static Stream<Vector> refused() {
    return Vector.all().stream().filter(Vector::isRefused);
  }

  static Stream<Vector> notCloudEvents() {
    return Vector.all().stream().filter(Vector::isNotACloudEvent);
  }

  static Stream<Vector> written() {
    return Vector.all().stream().filter(vector -> vector.written() != null);
  }

  @ParameterizedTest
  @MethodSource("events")
  void event_isReadWithAllItsAttributesAndNoOthers(Vector vector) {
    ConsumerRecord<byte[], byte[]> record = vector.record();
    if (record.value() == null) {
      assertThat(vector.data()).as("a tombstone has no data").isNull();
      return;
    }
    if (vector.data() == null) {
      assertThatThrownBy(() -> decode(record))
          .isInstanceOf(SerdeException.class)
          .hasMessageContaining("has no data");
      return;
    }
    Event<Data> event = decode(record);
    Map<String, String> expected = new LinkedHashMap<>(vector.attributes());
    assertThat(event.id()).isEqualTo(expected.remove("id"));
    assertThat(event.source()).isEqualTo(expected.remove("source"));
    assertThat(event.type()).isEqualTo(expected.remove("type"));
    assertThat(expected.remove("specversion")).isEqualTo("1.0");
    String time = expected.remove("time");
    assertThat(event.time()).isEqualTo(time == null ? Instant.EPOCH : Instant.parse(time));
    String contentType = expected.remove("datacontenttype");
    boolean isJsonByDefault = contentType == null && vector.name().startsWith("structured");
    assertThat(event.payload().contentType())
        .isEqualTo(isJsonByDefault ? "application/json" : contentType);
    assertThat(event.payload().bytes()).isEqualTo(vector.data());

    Map<String, String> headers = new LinkedHashMap<>(vector.otherHeaders());
    expected.forEach((name, value) -> headers.put("ce_" + name, value));
    Map<String, String> read = new LinkedHashMap<>();
    for (Headers.Header header : event.headers()) {
      String text = event.headers().text(header.name());
      if (text != null) {
        read.put(header.name(), text);
      }
    }
    assertThat(read).isEqualTo(headers);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void brokenEvent_isRefused(Vector vector) {
    assertThatThrownBy(() -> decode(vector.record()).time())
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("orders-0@7");
  }

  @ParameterizedTest
  @MethodSource("notCloudEvents")
  void otherRecord_isReadUnlessTheTopicRequiresAnEnvelope(Vector vector) {
    Event<Data> event = codec(TOPIC, "text/plain").decode(vector.record());
    assertThat(event.id()).isIn("e-1", "orders-0@7");
    assertThatThrownBy(() -> decode(vector.record()))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("orders-0@7", "not a CloudEvent");
  }

  @ParameterizedTest
  @MethodSource("written")
  void event_isWrittenToTheByte(Vector vector) {
    Map<String, String> attributes = new LinkedHashMap<>(vector.attributes());
    String contentType = attributes.remove("datacontenttype");
    Event<Data> event =
        Event.of(
            attributes.remove("id"),
            attributes.remove("type"),
            attributes.remove("source"),
            Instant.parse(attributes.remove("time")),
            new Data(vector.data(), contentType));
    attributes.remove("specversion");
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      event = event.withHeader("ce_" + attribute.getKey(), attribute.getValue());
    }
    for (Map.Entry<String, String> header : vector.otherHeaders().entrySet()) {
      event = event.withHeader(header.getKey(), header.getValue());
    }
    Envelope envelope = Envelope.valueOf(vector.written().toUpperCase(Locale.ROOT));
    ProducerRecord<byte[], byte[]> record =
        codec(TOPIC.withEnvelope(envelope), contentType).encode(event);
    assertThat(text(record.headers())).isEqualTo(text(vector.headers()));
    assertThat(record.value()).asString(UTF_8).isEqualTo(new String(vector.value(), UTF_8));
  }

  private static Event<Data> decode(ConsumerRecord<byte[], byte[]> record) {
    return codec(TOPIC.requiringEnvelope(), "text/plain").decode(record);
  }

  private static TopicCodec<Data> codec(Topic<Data> topic, String contentType) {
    return new TopicCodec<>(topic, "orders", "shop", List.of(new AnyBytes(contentType)));
  }

  private static List<String> text(Iterable<Header> headers) {
    List<String> texts = new ArrayList<>();
    headers.forEach(header -> texts.add(header.key() + "=" + new String(header.value(), UTF_8)));
    return texts;
  }
}
