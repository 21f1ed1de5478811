package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one topic into records and back. Immutable.
 *
 * <p>Reading is lenient about what is missing, so that records written by others are events too,
 * and strict about what is there: an event type or a content type that is named must be a known
 * one, since to guess is to corrupt.
 */
final class TopicCodec<T> {
  private final Topic<T> topic;
  private final String topicOnCluster;

  /** The first writes; each reads its content types. */
  private final List<Serde<T>> serdes;

  /** Of the application: most of its events have it. */
  private final String source;

  private final Header sourceHeader;
  private final Header contentType;

  /** Few enough to look through. */
  private final List<EventType<T>> types;

  TopicCodec(Topic<T> topic, String topicOnCluster, String source, List<Serde<T>> serdes) {
    this.topic = topic;
    this.topicOnCluster = topicOnCluster;
    this.source = source;
    this.sourceHeader = Envelope.header(Envelope.SOURCE, source);
    this.serdes = serdes;
    this.contentType = Envelope.header(Envelope.CONTENT_TYPE, serdes.get(0).contentType());
    List<EventType<T>> known = new ArrayList<>();
    for (String name : topic.eventTypes()) {
      Class<? extends T> payloadType = topic.payloadTypeOf(name);
      if (payloadType != null) {
        known.add(new EventType<>(topic, name, payloadType));
      }
    }
    this.types = List.copyOf(known);
  }

  ProducerRecord<byte[], byte[]> encode(Event<T> event) {
    SerdeHeaders ofSerde = new SerdeHeaders();
    byte[] value = serdes.get(0).encode(event.payload(), ofSerde);
    String key = event.key();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topicOnCluster, key == null ? null : key.getBytes(UTF_8), value);
    // Kafka looks headers up from the end, and makes a name of each that it passes by: what every
    // subscriber asks for comes last.
    org.apache.kafka.common.header.Headers headers = record.headers();
    headers.add(Envelope.header(Envelope.ID, event.id()));
    headers.add(
        event.source().equals(source)
            ? sourceHeader
            : Envelope.header(Envelope.SOURCE, event.source()));
    headers.add(new RecordHeader(Envelope.TIME, TimeText.format(event.time())));
    for (Headers.Header header : event.headers()) {
      if (Envelope.isEnvelope(header.name())) {
        throw new EventsException(
            "header %s of event %s is an attribute of the event; change it through the event itself"
                .formatted(header.name(), event.id()));
      }
      headers.add(header.name(), header.value());
    }
    ofSerde.addTo(headers);
    headers.add(Envelope.version());
    headers.add(typeHeader(event.type()));
    headers.add(contentType);
    return record;
  }

  private Header typeHeader(String name) {
    for (EventType<T> type : types) {
      if (type.name().equals(name)) {
        return type.header();
      }
    }
    return Envelope.header(Envelope.TYPE, name);
  }

  /** The event in {@code record}, which has a value. */
  Event<T> decode(ConsumerRecord<byte[], byte[]> record) {
    org.apache.kafka.common.header.Headers headers = record.headers();
    byte[] version = KafkaHeaders.last(headers, Envelope.SPECVERSION);
    if (version != null && !Arrays.equals(version, Envelope.version().value())) {
      throw new SerdeException(
          "header %s at %s is not 1.0, the one version of CloudEvents there is"
              .formatted(Envelope.SPECVERSION, position(record)));
    }
    EventType<T> type = typeOf(record, KafkaHeaders.last(headers, Envelope.TYPE));
    Serde<T> serde = serdeFor(record, KafkaHeaders.last(headers, Envelope.CONTENT_TYPE));
    T payload;
    try {
      payload = serde.decode(record.value(), type.payloadType(), new KafkaHeaders(headers));
    } catch (SerdeException e) {
      throw new SerdeException("record at " + position(record) + ": " + e.getMessage(), e);
    }
    return new ReceivedEvent<>(type, record, payload);
  }

  private Position position(ConsumerRecord<byte[], byte[]> record) {
    return new Position(topic.name(), record.partition(), record.offset());
  }

  private EventType<T> typeOf(ConsumerRecord<byte[], byte[]> record, byte @Nullable [] name) {
    if (name == null) {
      if (types.size() == 1) {
        return types.get(0);
      }
      throw new SerdeException(
          "the record at %s has no header %s, and topic %s carries several event types: %s"
              .formatted(position(record), Envelope.TYPE, topic.name(), topic.eventTypes()));
    }
    for (EventType<T> type : types) {
      if (Arrays.equals(name, type.header().value())) {
        return type;
      }
    }
    throw new SerdeException(
        "the event type in header %s at %s is not one of topic %s: %s; if it should be, name its class with Topic.named"
            .formatted(Envelope.TYPE, position(record), topic.name(), topic.eventTypes()));
  }

  private Serde<T> serdeFor(ConsumerRecord<byte[], byte[]> record, byte @Nullable [] named) {
    if (named == null || Arrays.equals(named, contentType.value())) {
      return serdes.get(0);
    }
    String mediaType = Serde.mediaType(text(named));
    for (Serde<T> serde : serdes) {
      if (serde.reads(mediaType)) {
        return serde;
      }
    }
    if (mediaType.startsWith(Envelope.CLOUDEVENTS_MEDIA_TYPE)) {
      throw new SerdeException(
          "the record at %s is a CloudEvent in structured mode, which this version does not read"
              .formatted(position(record)));
    }
    throw new SerdeException(
        "no serde of topic %s reads the content type of the record at %s; there are %s"
            .formatted(
                topic.name(), position(record), serdes.stream().map(Serde::contentType).toList()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
