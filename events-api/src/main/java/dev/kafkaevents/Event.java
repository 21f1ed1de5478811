package dev.kafkaevents;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened: a payload and what is known about it. The attributes are those of
 * CloudEvents 1.0 and travel as its Kafka binding says.
 *
 * <p>Immutable: {@code withX} returns a changed copy. An event to publish is made with {@link
 * EventPublisher#event}, which fills in every attribute.
 */
public interface Event<T> {
  /**
   * An event of its own making, without key and headers; for tests and for relays that keep an
   * identity.
   */
  static <T> Event<T> of(String id, String type, String source, Instant time, T payload) {
    return new EventRecord<>(
        EventRecord.nonEmpty("id", id),
        EventRecord.nonEmpty("type", type),
        EventRecord.nonEmpty("source", source),
        null,
        time,
        Headers.empty(),
        payload);
  }

  /**
   * Distinct for every event of a {@link #source}; the same when it is published or delivered once
   * more.
   */
  String id();

  /** What kind of event this is, as {@link Topic#named} calls it. */
  String type();

  /** Who published it: a URI-reference. For a record without an envelope, the topic's name. */
  String source();

  /** What orders it: events with the same key are delivered in order. Null: no order. */
  @Nullable String key();

  /** When it happened. For a record without an envelope, the timestamp of the record. */
  Instant time();

  /** The headers that are not attributes of the event. */
  Headers headers();

  /** The payload. */
  T payload();

  /**
   * With another id: the one of the command or row it stems from, so that repeats can be
   * recognised.
   */
  default Event<T> withId(String id) {
    return new EventRecord<>(
        EventRecord.nonEmpty("id", id), type(), source(), key(), time(), headers(), payload());
  }

  /** With another key than the topic's key function gave. */
  default Event<T> withKey(@Nullable String key) {
    return new EventRecord<>(id(), type(), source(), key, time(), headers(), payload());
  }

  /** With the time it happened at. */
  default Event<T> withTime(Instant time) {
    return new EventRecord<>(id(), type(), source(), key(), time, headers(), payload());
  }

  /** With one header, in place of all that had that name. */
  default Event<T> withHeader(String name, String value) {
    return withHeaders(headers().with(name, value));
  }

  /** With these headers and no others. */
  default Event<T> withHeaders(Headers headers) {
    return new EventRecord<>(id(), type(), source(), key(), time(), headers, payload());
  }
}
