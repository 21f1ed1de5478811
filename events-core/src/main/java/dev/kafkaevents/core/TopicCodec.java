package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Envelope;
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
  private static final List<String> REQUIRED =
      List.of(Attributes.SPECVERSION, Attributes.ID, Attributes.SOURCE, Attributes.TYPE);

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
    this.sourceHeader = Attributes.header(Attributes.SOURCE, source);
    this.serdes = serdes;
    this.contentType = Attributes.header(Attributes.CONTENT_TYPE, serdes.get(0).contentType());
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
        new OutgoingRecord(topicOnCluster, key == null ? null : key.getBytes(UTF_8), value);
    org.apache.kafka.common.header.Headers headers = record.headers();
    Envelope envelope = topic.envelope();
    if (envelope != Envelope.NONE) {
      headers.add(Attributes.header(Attributes.ID, event.id()));
      headers.add(sourceHeader(event.source()));
      headers.add(new RecordHeader(Attributes.TIME, TimeText.format(event.time())));
    }
    for (Headers.Header header : event.headers()) {
      add(headers, header.name(), header.value());
    }
    for (Header header : ofSerde.added()) {
      add(headers, header.key(), header.value());
    }
    if (envelope != Envelope.NONE) {
      // Kafka looks headers up from the end, and makes a name of each that it passes by: what every
      // subscriber asks for comes last.
      headers.add(Attributes.version());
      headers.add(typeHeader(event.type()));
      headers.add(contentType);
    }
    return envelope == Envelope.STRUCTURED ? StructuredMode.fold(record) : record;
  }

  /** Adds one that is not of the event itself: an attribute too, if it is called like one. */
  private void add(
      org.apache.kafka.common.header.Headers headers, String name, byte @Nullable [] value) {
    if (Attributes.isOfEvent(name)) {
      throw new EventsException(
          "header " + name + " is an attribute of the event; change it through the event itself");
    }
    if (name.startsWith(Attributes.PREFIX)) {
      if (topic.envelope() == Envelope.NONE) {
        throw new EventsException(
            "header %s is an attribute, and topic %s is written without an envelope"
                .formatted(name, topic.name()));
      }
      if (value == null) {
        return;
      }
      Attributes.requireLegal(name, value);
      headers.remove(name);
    }
    headers.add(name, value);
  }

  private Header sourceHeader(String name) {
    return name.equals(source) ? sourceHeader : Attributes.header(Attributes.SOURCE, name);
  }

  private Header typeHeader(String name) {
    for (EventType<T> type : types) {
      if (type.name().equals(name)) {
        return type.header();
      }
    }
    return Attributes.header(Attributes.TYPE, name);
  }

  /** The event in {@code record}, which has a value. */
  Event<T> decode(ConsumerRecord<byte[], byte[]> record) {
    byte[] named = contentType(record);
    if (named == null || Arrays.equals(named, contentType.value())) {
      return decode(record, serdes.get(0));
    }
    String mediaType = mediaType(named);
    return StructuredMode.isMeantBy(mediaType)
        ? decodeStructured(record, mediaType)
        : decode(record, serdeFor(record, mediaType));
  }

  private static byte @Nullable [] contentType(ConsumerRecord<byte[], byte[]> record) {
    byte[] named = KafkaHeaders.last(record.headers(), Attributes.CONTENT_TYPE);
    return named != null ? named : KafkaHeaders.last(record.headers(), Attributes.CE_CONTENT_TYPE);
  }

  private static String mediaType(byte[] contentType) {
    return Serde.mediaType(new String(contentType, UTF_8));
  }

  private Event<T> decodeStructured(ConsumerRecord<byte[], byte[]> record, String mediaType) {
    ConsumerRecord<byte[], byte[]> binary;
    try {
      binary = StructuredMode.unfold(record, mediaType);
    } catch (SerdeException e) {
      throw at(record, e);
    }
    if (binary.value() == null) {
      throw new SerdeException(
          "the event at %s has no data, and the payload of an event of topic %s is its data"
              .formatted(position(record), topic.name()));
    }
    requireEnvelope(binary);
    // Not decode(binary): data that is an event itself is still only data.
    byte[] named = KafkaHeaders.last(binary.headers(), Attributes.CONTENT_TYPE);
    return decode(binary, named == null ? serdes.get(0) : serdeFor(binary, mediaType(named)));
  }

  private Event<T> decode(ConsumerRecord<byte[], byte[]> record, Serde<T> serde) {
    org.apache.kafka.common.header.Headers headers = record.headers();
    byte[] version = KafkaHeaders.last(headers, Attributes.SPECVERSION);
    if (version != null && !Arrays.equals(version, Attributes.version().value())) {
      throw new SerdeException(
          "header %s at %s is not 1.0, the one version of CloudEvents there is"
              .formatted(Attributes.SPECVERSION, position(record)));
    }
    if (topic.requiresEnvelope()) {
      requireEnvelope(record);
    }
    EventType<T> type = typeOf(record, KafkaHeaders.last(headers, Attributes.TYPE));
    T payload;
    try {
      payload = serde.decode(record.value(), type.payloadType(), new KafkaHeaders(headers));
    } catch (SerdeException e) {
      throw at(record, e);
    }
    return new ReceivedEvent<>(type, record, payload);
  }

  private void requireEnvelope(ConsumerRecord<byte[], byte[]> record) {
    for (String name : REQUIRED) {
      byte[] value = KafkaHeaders.last(record.headers(), name);
      if (value == null || value.length == 0) {
        throw new SerdeException(
            "the record at %s is not a CloudEvent: it has no %s".formatted(position(record), name));
      }
    }
  }

  private SerdeException at(ConsumerRecord<byte[], byte[]> record, SerdeException e) {
    return new SerdeException("record at " + position(record) + ": " + e.getMessage(), e);
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
              .formatted(position(record), Attributes.TYPE, topic.name(), topic.eventTypes()));
    }
    for (EventType<T> type : types) {
      if (Arrays.equals(name, type.header().value())) {
        return type;
      }
    }
    throw new SerdeException(
        "the event type in header %s at %s is not one of topic %s: %s; if it should be, name its class with Topic.named"
            .formatted(Attributes.TYPE, position(record), topic.name(), topic.eventTypes()));
  }

  private Serde<T> serdeFor(ConsumerRecord<byte[], byte[]> record, String mediaType) {
    for (Serde<T> serde : serdes) {
      if (serde.reads(mediaType)) {
        return serde;
      }
    }
    throw new SerdeException(
        "no serde of topic %s reads the content type of the record at %s; there are %s"
            .formatted(
                topic.name(), position(record), serdes.stream().map(Serde::contentType).toList()));
  }
}
