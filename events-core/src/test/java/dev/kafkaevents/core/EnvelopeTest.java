package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Envelope;
import dev.kafkaevents.Event;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of an event goes where, by the envelope of its topic. */
class EnvelopeTest {
  private static final Topic<String> TOPIC = Topic.of("orders", String.class);
  private static final Event<String> EVENT =
      Event.of("e-1", "String", "shop", Instant.parse("2026-01-02T03:04:05.670Z"), "{\"a\": 1.10}");

  private record Text(String contentType) implements Serde<String> {
    @Override
    public byte[] encode(String text, HeaderSink headers) {
      headers.add("serde", new byte[] {1});
      return text.getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] bytes, Class<? extends String> payloadType, Headers headers) {
      return new String(bytes, UTF_8);
    }
  }

  private static TopicCodec<String> codec(Topic<String> topic, String contentType) {
    return new TopicCodec<>(topic, "orders", "shop", List.of(new Text(contentType)));
  }

  private static TopicCodec<String> codec(Envelope envelope) {
    return codec(TOPIC.withEnvelope(envelope), "application/json");
  }

  @Test
  void none_writesThePayloadAndForeignHeadersAlone() {
    ProducerRecord<byte[], byte[]> record =
        codec(Envelope.NONE).encode(EVENT.withKey("k").withHeader("tenant", "acme"));
    assertThat(record.key()).asString(UTF_8).isEqualTo("k");
    assertThat(record.value()).asString(UTF_8).isEqualTo("{\"a\": 1.10}");
    assertThat(names(record)).containsExactly("tenant", "serde");
  }

  @Test
  void structured_keepsThePayloadToTheByte_andForeignHeadersAsHeaders() {
    ProducerRecord<byte[], byte[]> record =
        codec(Envelope.STRUCTURED)
            .encode(
                EVENT.withKey("k").withHeader("ce_subject", "a \"b\"\\").withHeader("tenant", "x"));
    assertThat(record.key()).asString(UTF_8).isEqualTo("k");
    assertThat(record.value())
        .asString(UTF_8)
        .isEqualTo(
            """
            {"id":"e-1","source":"shop","time":"2026-01-02T03:04:05.670Z","subject":"a \\"b\\"\\\\",\
            "specversion":"1.0","type":"String","datacontenttype":"application/json","data":{"a": 1.10}}""");
    assertThat(names(record)).containsExactly("tenant", "serde", "content-type");
  }

  @ParameterizedTest
  @EnumSource(Envelope.class)
  void anyEnvelope_isReadByATopicOfAnother(Envelope envelope) {
    for (Envelope written : Envelope.values()) {
      Event<String> event = EVENT.withKey("k").withHeader("tenant", "x");
      Event<String> read = codec(envelope).decode(consumed(codec(written).encode(event)));
      assertThat(read.payload()).isEqualTo(EVENT.payload());
      assertThat(read.key()).isEqualTo("k");
      assertThat(read.headers().text("tenant")).isEqualTo("x");
      assertThat(read.headers().text("content-type")).isNull();
      assertThat(read.id()).isEqualTo(written == Envelope.NONE ? "orders-0@7" : "e-1");
    }
  }

  @Test
  void structured_bytesThatAreNotText_areBase64() {
    TopicCodec<String> codec =
        codec(TOPIC.withEnvelope(Envelope.STRUCTURED), "application/vnd.any");
    ProducerRecord<byte[], byte[]> record = codec.encode(EVENT);
    assertThat(record.value()).asString(UTF_8).endsWith("\"data_base64\":\"eyJhIjogMS4xMH0=\"}");
    assertThat(codec.decode(consumed(record)).payload()).isEqualTo(EVENT.payload());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "", "1 2", "{\"a\":01}", "nul", "\u0000{}", "\"\t\""})
  void structured_jsonThatIsNone_isRefused(String payload) {
    Event<String> event = Event.of("e-1", "String", "shop", Instant.EPOCH, payload);
    assertThatThrownBy(() -> codec(Envelope.STRUCTURED).encode(event))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("application/json", "JSON");
  }

  @Test
  void requiringEnvelope_anEmptyAttribute_isNone() {
    ProducerRecord<byte[], byte[]> record = codec(Envelope.BINARY).encode(EVENT);
    record.headers().add("ce_id", new byte[0]);
    assertThat(codec(Envelope.BINARY).decode(consumed(record)).id()).isEqualTo("orders-0@7");
    assertThatThrownBy(
            () -> codec(TOPIC.requiringEnvelope(), "application/json").decode(consumed(record)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("orders-0@7", "not a CloudEvent", "ce_id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ce_id", "ce_time", "ce_specversion", "ce_datacontenttype", "content-type"})
  void headerOfTheEventItself_isRefused(String name) {
    assertThatThrownBy(() -> codec(Envelope.BINARY).encode(EVENT.withHeader(name, "x")))
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll(name, "through the event itself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_my-ext", "ce_myExt", "ce_", "ce_data", "ce_ä"})
  void headerThatCantBeAnAttribute_isRefused(String name) {
    assertThatThrownBy(() -> codec(Envelope.BINARY).encode(EVENT.withHeader(name, "x")))
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll(name, "without ce_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "\u007f", "\ud83d", "\udc00\ud83d", "\uffff", "\ufdd0"})
  void textThatIsNoAttribute_isRefused_whereverItIs(String text) {
    List<Event<String>> events = new ArrayList<>();
    events.add(EVENT.withHeader("ce_subject", text));
    if (!text.isEmpty()) {
      events.add(EVENT.withId("a" + text));
      events.add(Event.of("e-1", "String", text, Instant.EPOCH, "1"));
      events.add(Event.of("e-1", text, "shop", Instant.EPOCH, "1"));
    }
    // Half a surrogate pair is lost before it comes here in the bytes of a header.
    for (Event<String> event : text.matches("[\\ud800-\\udfff]+") ? events.subList(1, 4) : events) {
      assertThatThrownBy(() -> codec(Envelope.BINARY).encode(event))
          .isInstanceOf(EventsException.class)
          .hasMessageContaining("ce_");
    }
  }

  @Test
  void attributeThatIsNotUtf8_isRefused() {
    Event<String> event =
        EVENT.withHeaders(Headers.empty().add("ce_subject", new byte[] {(byte) 0xff}));
    assertThatThrownBy(() -> codec(Envelope.BINARY).encode(event))
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll("ce_subject", "UTF-8");
  }

  @Test
  void attributeTwice_isWrittenOnce_andWithoutValueNotAtAll() {
    Headers headers =
        Headers.of("ce_subject", "first")
            .add("ce_subject", "last".getBytes(UTF_8))
            .add("ce_tenant", null)
            .add("note", null)
            .add("note", null);
    ProducerRecord<byte[], byte[]> record =
        codec(Envelope.BINARY).encode(EVENT.withHeaders(headers));
    assertThat(record.headers().headers("ce_subject"))
        .singleElement()
        .satisfies(header -> assertThat(header.value()).asString(UTF_8).isEqualTo("last"));
    assertThat(record.headers().lastHeader("ce_tenant")).isNull();
    assertThat(record.headers().headers("note")).hasSize(2);
  }

  @Test
  void none_withAnAttributeAmongTheHeaders_isRefused() {
    assertThatThrownBy(() -> codec(Envelope.NONE).encode(EVENT.withHeader("ce_subject", "o-1")))
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll("ce_subject", "orders", "without an envelope");
  }

  private static List<String> names(ProducerRecord<byte[], byte[]> record) {
    List<String> names = new ArrayList<>();
    for (Header header : record.headers()) {
      names.add(header.key());
    }
    return names;
  }

  private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> produced) {
    ConsumerRecord<byte[], byte[]> record =
        Records.record(
            Records.P0,
            7,
            produced.key() == null ? null : new String(produced.key(), UTF_8),
            new String(produced.value(), UTF_8));
    produced.headers().forEach(record.headers()::add);
    return record;
  }
}
