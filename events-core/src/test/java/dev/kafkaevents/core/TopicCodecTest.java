package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class TopicCodecTest {
  sealed interface Order {
    record Placed(String text) implements Order {}

    record Cancelled(String text) implements Order {}
  }

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class);
  private static final Topic<Order.Placed> PLACED = Topic.of("orders", Order.Placed.class);

  /** Writes the text of an order; other formats write another content type before it. */
  private record TextSerde(String contentType) implements Serde<Order> {
    @Override
    public byte[] encode(Order order, HeaderSink headers) {
      headers.add("serde", contentType.getBytes(UTF_8));
      return (order instanceof Order.Placed placed
              ? placed.text()
              : ((Order.Cancelled) order).text())
          .getBytes(UTF_8);
    }

    @Override
    public Order decode(byte[] bytes, Class<? extends Order> payloadType, Headers headers) {
      String text = contentType + ":" + new String(bytes, UTF_8);
      return payloadType == Order.Placed.class ? new Order.Placed(text) : new Order.Cancelled(text);
    }
  }

  private final TopicCodec<Order> codec =
      new TopicCodec<>(
          ORDERS,
          "orders",
          "shop",
          List.of(new TextSerde("text/plain"), new TextSerde("text/other; v=1")));

  @SuppressWarnings("unchecked")
  private final TopicCodec<Order.Placed> placedCodec =
      new TopicCodec<>(
          PLACED,
          "orders",
          "shop",
          List.of((Serde<Order.Placed>) (Serde<?>) new TextSerde("text/plain")));

  private static Event<Order> placed() {
    return Event.of(
        "e-1",
        "Placed",
        "shop",
        Instant.parse("2026-01-02T03:04:05.678901Z"),
        new Order.Placed("hi"));
  }

  @Test
  void encode_writesOneHeaderForEachAttribute_thoseThatEverybodyReadsLast() {
    ProducerRecord<byte[], byte[]> record =
        codec.encode(placed().withKey("o-1").withHeader("tenant", "acme"));
    assertThat(record.topic()).isEqualTo("orders");
    assertThat(record.key()).asString(UTF_8).isEqualTo("o-1");
    assertThat(record.value()).asString(UTF_8).isEqualTo("hi");
    assertThat(headers(record))
        .containsExactly(
            "ce_id=e-1",
            "ce_source=shop",
            "ce_time=2026-01-02T03:04:05.678Z",
            "tenant=acme",
            "serde=text/plain",
            "ce_specversion=1.0",
            "ce_type=Placed",
            "content-type=text/plain");
  }

  @Test
  void encode_sourceOfAnother_isKept() {
    Event<Order> relayed =
        Event.of("e-1", "Placed", "other", Instant.EPOCH, new Order.Placed("hi"));
    assertThat(headers(codec.encode(relayed))).contains("ce_source=other");
  }

  @Test
  void encode_withoutKey_hasNoKey() {
    assertThat(codec.encode(placed()).key()).isNull();
  }

  @Test
  void encode_headerOfTheEnvelope_isRefused() {
    assertThatThrownBy(() -> codec.encode(placed().withHeader("ce_id", "other")))
        .isInstanceOf(EventsException.class)
        .hasMessageContainingAll("ce_id", "through the event itself");
  }

  @Test
  void decode_whatWasEncoded_isTheSameEvent() {
    Event<Order> event =
        codec.decode(consumed(codec.encode(placed().withKey("o-1").withHeader("a", "b"))));
    assertThat(event.id()).isEqualTo("e-1");
    assertThat(event.type()).isEqualTo("Placed");
    assertThat(event.source()).isEqualTo("shop");
    assertThat(event.key()).isEqualTo("o-1");
    assertThat(event.time()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(event.payload()).isEqualTo(new Order.Placed("text/plain:hi"));
    assertThat(event.headers()).extracting(Headers.Header::name).containsExactly("a", "serde");
    assertThat(event.headers().text("ce_id")).isNull();
  }

  @Test
  void decode_withoutEnvelope_takesWhatTheRecordTells() {
    Event<Order.Placed> event = placedCodec.decode(Records.record(Records.P0, 7, "o-1", "hi"));
    assertThat(event.id()).isEqualTo("orders-0@7");
    assertThat(event.type()).isEqualTo("Placed");
    assertThat(event.source()).isEqualTo("orders");
    assertThat(event.time()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
    assertThat(event.headers()).isEmpty();
  }

  @Test
  void decode_otherContentType_isReadByItsSerde() {
    ConsumerRecord<byte[], byte[]> record = consumed(codec.encode(placed()));
    replace(record, "content-type", "TEXT/Other;charset=utf-8");
    assertThat(codec.decode(record).payload()).isEqualTo(new Order.Placed("text/other; v=1:hi"));
  }

  @Test
  void decode_unknownContentType_isRefused() {
    ConsumerRecord<byte[], byte[]> record = consumed(codec.encode(placed()));
    replace(record, "content-type", "image/png");
    assertThatThrownBy(() -> codec.decode(record))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("orders-0@7", "text/plain", "text/other");
  }

  @Test
  void decode_contentTypeWithoutValue_isAbsent() {
    ConsumerRecord<byte[], byte[]> record = Records.record(Records.P0, 7, "o-1", "hi");
    record.headers().add("content-type", null);
    assertThat(placedCodec.decode(record).payload()).isEqualTo(new Order.Placed("text/plain:hi"));
  }

  @Test
  void decode_duplicateHeader_theLastCounts() {
    ConsumerRecord<byte[], byte[]> record = consumed(codec.encode(placed()));
    record.headers().add("ce_type", "Cancelled".getBytes(UTF_8));
    assertThat(codec.decode(record).payload()).isInstanceOf(Order.Cancelled.class);
  }

  @Test
  void decode_unknownEventType_listsTheKnown() {
    ConsumerRecord<byte[], byte[]> record = consumed(codec.encode(placed()));
    replace(record, "ce_type", "Paid");
    assertThatThrownBy(() -> codec.decode(record))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("orders-0@7", "[Placed, Cancelled]", "Topic.named");
  }

  @Test
  void decode_noEventTypeOnASealedTopic_listsTheKnown() {
    assertThatThrownBy(() -> codec.decode(Records.record(Records.P0, 7, "o-1", "hi")))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("orders-0@7", "ce_type", "[Placed, Cancelled]");
  }

  @Test
  void decode_otherSpecversion_isRefused() {
    ConsumerRecord<byte[], byte[]> record = consumed(codec.encode(placed()));
    replace(record, "ce_specversion", "1.1");
    assertThatThrownBy(() -> codec.decode(record))
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("ce_specversion", "orders-0@7");
  }

  @Test
  void time_notATimestamp_isRefusedWhenAskedFor() {
    ConsumerRecord<byte[], byte[]> record = consumed(codec.encode(placed()));
    replace(record, "ce_time", "yesterday");
    Event<Order> event = codec.decode(record);
    assertThatThrownBy(event::time)
        .isInstanceOf(SerdeException.class)
        .hasMessageContainingAll("ce_time", "orders-0@7");
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    List<String> all = new ArrayList<>();
    for (Header header : record.headers()) {
      all.add(header.key() + "=" + new String(header.value(), UTF_8));
    }
    return all;
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

  private static void replace(ConsumerRecord<byte[], byte[]> record, String header, String value) {
    record.headers().remove(header).add(header, value.getBytes(UTF_8));
  }
}
