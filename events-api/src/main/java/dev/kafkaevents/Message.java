package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record as it is stored: bytes, before any serde. Dead letters, retries, replays and outboxes
 * move messages, so that what arrives is byte for byte what was written.
 *
 * <p>Immutable: {@code withX} returns a changed copy. Key and value are not copied; treat them as
 * read-only.
 */
public final class Message {
  private final String topic;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;
  private final Headers headers;
  private final @Nullable Instant timestamp;

  private Message(
      String topic,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      @Nullable Instant timestamp) {
    this.topic = requireNonNull(topic, "topic");
    this.key = key;
    this.value = value;
    this.headers = requireNonNull(headers, "headers");
    this.timestamp = timestamp;
  }

  /** A message without headers; a null value is a tombstone. */
  public static Message of(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    return new Message(topic, key, value, Headers.empty(), null);
  }

  /** The topic it is on, or is to be sent to. */
  public String topic() {
    return topic;
  }

  /** The key; null if it has none. */
  public byte @Nullable [] key() {
    return key;
  }

  /** The value; null is a tombstone, which is not the same as an empty value. */
  public byte @Nullable [] value() {
    return value;
  }

  /** All headers, those of the envelope included. */
  public Headers headers() {
    return headers;
  }

  /** The timestamp of the record; null lets the client fill in the present. */
  public @Nullable Instant timestamp() {
    return timestamp;
  }

  /** The same message for another topic. */
  public Message withTopic(String topic) {
    return new Message(topic, key, value, headers, timestamp);
  }

  /** With these headers and no others. */
  public Message withHeaders(Headers headers) {
    return new Message(topic, key, value, headers, timestamp);
  }

  /** With one header, in place of all that had that name. */
  public Message withHeader(String name, String value) {
    return withHeaders(headers.with(name, value));
  }

  /** With the timestamp of the record. */
  public Message withTimestamp(@Nullable Instant timestamp) {
    return new Message(topic, key, value, headers, timestamp);
  }

  /** The topic and sizes; never key, value or headers. */
  @Override
  public String toString() {
    return "message for "
        + topic
        + (value == null ? " (tombstone)" : " (" + value.length + " bytes)");
  }
}
