package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Event;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Position;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** An event that was read: attributes are taken from the headers when somebody asks for them. */
record ReceivedEvent<T>(EventType<T> kind, ConsumerRecord<byte[], byte[]> record, T payload)
    implements Event<T> {

  @Override
  public String type() {
    return kind.name();
  }

  @Override
  public String id() {
    String id = header(Attributes.ID);
    return id != null && !id.isEmpty() ? id : position().toString();
  }

  @Override
  public String source() {
    String source = header(Attributes.SOURCE);
    return source != null && !source.isEmpty() ? source : kind.topic().name();
  }

  @Override
  public @Nullable String key() {
    return record.key() == null ? null : new String(record.key(), UTF_8);
  }

  @Override
  public Instant time() {
    String time = header(Attributes.TIME);
    return time != null
        ? TimeText.parse(time, position())
        : Instant.ofEpochMilli(record.timestamp());
  }

  @Override
  public Headers headers() {
    return KafkaHeaders.withoutEnvelope(record.headers());
  }

  private Position position() {
    return new Position(kind.topic().name(), record.partition(), record.offset());
  }

  private @Nullable String header(String name) {
    byte[] value = KafkaHeaders.last(record.headers(), name);
    return value == null ? null : new String(value, UTF_8);
  }

  /** Never the key or the payload. */
  @Override
  public String toString() {
    return "event " + id() + " of type " + type() + " at " + position();
  }
}
