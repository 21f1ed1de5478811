package dev.kafkaevents.core;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The serde of one topic that {@link KafkaSerde} makes. */
final class SerdeOfPair<T> implements Serde<T> {
  private final Topic<?> topic;
  private final SerializerPair pair;
  private final String contentType;

  SerdeOfPair(Topic<?> topic, SerializerPair pair, String contentType) {
    this.topic = topic;
    this.pair = pair;
    this.contentType = contentType;
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public byte[] encode(T payload, HeaderSink headers) {
    RecordHeaders added = new RecordHeaders();
    byte[] bytes = pair.write(topic.name(), added, payload);
    if (bytes == null) {
      throw new SerdeException(
          "%s made null of %s of topic %s, which would be a tombstone; publishTombstone writes one"
              .formatted(pair.serializerName(), payload.getClass().getName(), topic.name()));
    }
    for (Header header : added) {
      headers.add(header.key(), header.value());
    }
    return bytes;
  }

  @Override
  public T decode(byte[] bytes, Class<? extends T> payloadType, Headers headers) {
    RecordHeaders copy = new RecordHeaders();
    for (Headers.Header header : headers) {
      copy.add(header.name(), header.value());
    }
    Object payload = pair.read(topic.name(), copy, bytes);
    if (!payloadType.isInstance(payload)) {
      throw new SerdeException(
          "it is read as %s, and the event is a %s"
              .formatted(
                  payload == null ? "null" : "a " + payload.getClass().getName(),
                  payloadType.getName()));
    }
    return payloadType.cast(payload);
  }
}
