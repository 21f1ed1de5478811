package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Event;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Position;
import dev.kafkaevents.Topic;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** An event that was read: attributes are taken from the headers when somebody asks for them. */
record ReceivedEvent<T>(
    Topic<T> topic, ConsumerRecord<byte[], byte[]> record, String type, T payload)
    implements Event<T> {

  @Override
  public String id() {
    String id = header(Envelope.ID);
    return id != null ? id : position().toString();
  }

  @Override
  public String source() {
    String source = header(Envelope.SOURCE);
    return source != null ? source : topic.name();
  }

  @Override
  public @Nullable String key() {
    return record.key() == null ? null : new String(record.key(), UTF_8);
  }

  @Override
  public Instant time() {
    String time = header(Envelope.TIME);
    return time != null
        ? Envelope.parseTime(time, position())
        : Instant.ofEpochMilli(record.timestamp());
  }

  @Override
  public Headers headers() {
    return new KafkaHeaders(record.headers(), Envelope::isEnvelope);
  }

  private Position position() {
    return new Position(topic.name(), record.partition(), record.offset());
  }

  private @Nullable String header(String name) {
    byte[] value = KafkaHeaders.last(record.headers(), name);
    return value == null ? null : new String(value, UTF_8);
  }

  /** Never the key or the payload. */
  @Override
  public String toString() {
    return "event " + id() + " of type " + type + " at " + position();
  }
}
