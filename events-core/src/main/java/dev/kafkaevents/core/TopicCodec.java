package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
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

  private final Header contentType;
  private final Map<String, Header> typeHeaders = new LinkedHashMap<>();
  private final @Nullable Class<? extends T> onlyType;

  TopicCodec(Topic<T> topic, String topicOnCluster, List<Serde<T>> serdes) {
    this.topic = topic;
    this.topicOnCluster = topicOnCluster;
    this.serdes = serdes;
    this.contentType = Envelope.header(Envelope.CONTENT_TYPE, serdes.get(0).contentType());
    for (String type : topic.eventTypes()) {
      typeHeaders.put(type, Envelope.header(Envelope.TYPE, type));
    }
    this.onlyType =
        typeHeaders.size() == 1
            ? topic.payloadTypeOf(typeHeaders.keySet().iterator().next())
            : null;
  }

  ProducerRecord<byte[], byte[]> encode(Event<T> event) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(Envelope.version());
    headers.add(Envelope.header(Envelope.ID, event.id()));
    Header type = typeHeaders.get(event.type());
    headers.add(type != null ? type : Envelope.header(Envelope.TYPE, event.type()));
    headers.add(Envelope.header(Envelope.SOURCE, event.source()));
    headers.add(Envelope.header(Envelope.TIME, Envelope.format(event.time())));
    headers.add(contentType);
    for (Headers.Header header : event.headers()) {
      if (Envelope.isEnvelope(header.name())) {
        throw new EventsException(
            "header %s of event %s is an attribute of the event; change it through the event itself"
                .formatted(header.name(), event.id()));
      }
      headers.add(header.name(), header.value());
    }
    byte[] value = serdes.get(0).encode(event.payload(), headers::add);
    String key = event.key();
    return new ProducerRecord<>(
        topicOnCluster, null, null, key == null ? null : key.getBytes(UTF_8), value, headers);
  }

  /** The event in {@code record}, which has a value. */
  Event<T> decode(ConsumerRecord<byte[], byte[]> record, Position position) {
    org.apache.kafka.common.header.Headers headers = record.headers();
    requireVersion(headers, position);
    byte[] type = KafkaHeaders.last(headers, Envelope.TYPE);
    Class<? extends T> payloadType = payloadType(type, position);
    Serde<T> serde = serdeFor(KafkaHeaders.last(headers, Envelope.CONTENT_TYPE), position);
    T payload;
    try {
      payload = serde.decode(record.value(), payloadType, new KafkaHeaders(headers));
    } catch (SerdeException e) {
      throw new SerdeException("record at " + position + ": " + e.getMessage(), e);
    }
    return new ReceivedEvent<>(
        topic, record, position, type == null ? topic.eventTypeOf(payload) : text(type), payload);
  }

  private static void requireVersion(
      org.apache.kafka.common.header.Headers headers, Position position) {
    byte[] version = KafkaHeaders.last(headers, Envelope.SPECVERSION);
    if (version != null && !Arrays.equals(version, Envelope.version().value())) {
      throw new SerdeException(
          "header %s at %s is not 1.0, the one version of CloudEvents there is"
              .formatted(Envelope.SPECVERSION, position));
    }
  }

  private Class<? extends T> payloadType(byte @Nullable [] type, Position position) {
    if (type == null) {
      if (onlyType == null) {
        throw new SerdeException(
            "the record at %s has no header %s, and topic %s carries several event types: %s"
                .formatted(position, Envelope.TYPE, topic.name(), topic.eventTypes()));
      }
      return onlyType;
    }
    Class<? extends T> known = topic.payloadTypeOf(text(type));
    if (known == null) {
      throw new SerdeException(
          "the event type in header %s at %s is not one of topic %s: %s; if it should be, name its class with Topic.named"
              .formatted(Envelope.TYPE, position, topic.name(), topic.eventTypes()));
    }
    return known;
  }

  private Serde<T> serdeFor(byte @Nullable [] named, Position position) {
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
              .formatted(position));
    }
    throw new SerdeException(
        "no serde of topic %s reads the content type of the record at %s; there are %s"
            .formatted(topic.name(), position, serdes.stream().map(Serde::contentType).toList()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
