package dev.kafkaevents.spi;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns the payloads of one topic into bytes and back. Used by many threads at once.
 *
 * <p>An exception it throws is the failure of that one event. If trying again can't help it must be
 * a {@link SerdeException}, with no part of the payload in its message; anything else (a schema
 * registry that does not answer) counts as a failure that may pass.
 */
public interface Serde<T> {
  /** The media type of what {@link #encode} writes; goes on the record as {@code content-type}. */
  String contentType();

  /**
   * Whether {@link #decode} can read {@code contentType}, which is a media type in lower case
   * without parameters. Unless overridden: only what it writes.
   */
  default boolean reads(String contentType) {
    return mediaType(contentType()).equals(contentType);
  }

  /** The bytes of {@code payload}. Headers it adds go on the record with them. */
  byte[] encode(T payload, HeaderSink headers);

  /**
   * The payload in {@code bytes}, which are never null.
   *
   * @param payloadType the concrete type, chosen by the event type on the record
   * @param headers all headers of the record
   */
  T decode(byte[] bytes, Class<? extends T> payloadType, Headers headers);

  /** The part of a content type that names the media type: lower case, no parameters. */
  static String mediaType(String contentType) {
    int semicolon = contentType.indexOf(';');
    return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
        .trim()
        .toLowerCase(Locale.ROOT);
  }

  /** Where a serde puts headers of its own. */
  @FunctionalInterface
  interface HeaderSink {
    /** Adds one header to the record; a null value is an absent one, not an empty one. */
    void add(String name, byte @Nullable [] value);
  }

  /**
   * Makes the serde of a topic. Factories are asked in the order they were installed in, once for a
   * topic: the first that accepts it writes; all that accept it read, each its content types.
   */
  @FunctionalInterface
  interface Factory {
    /** The serde for {@code topic}, or null: not mine. */
    @Nullable Serde<?> create(Topic<?> topic);

    /** This factory for topics whose payloads are of {@code type} only. */
    default Factory onlyFor(Class<?> type) {
      return topic -> type.isAssignableFrom(topic.payloadType()) ? create(topic) : null;
    }
  }
}
