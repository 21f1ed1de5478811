package dev.kafkaevents;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event with all its parts at hand. */
record EventRecord<T>(
    String id,
    String type,
    String source,
    @Nullable String key,
    Instant time,
    Headers headers,
    T payload)
    implements Event<T> {

  static String nonEmpty(String attribute, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("the " + attribute + " of an event may not be empty");
    }
    return value;
  }

  /** Never the key or the payload: an event may end up in a log. */
  @Override
  public String toString() {
    return "event " + id + " of type " + type + " from " + source;
  }
}
