package dev.kafkaevents.testkit.junit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import org.jspecify.annotations.Nullable;

/**
 * What is in the log of a topic: a record, and the event in it.
 *
 * @param position where it is, by the declared name of the topic
 * @param message the bytes as they are
 * @param event as a subscriber gets it; null if it is a tombstone
 */
public record StoredEvent<T>(Position position, Message message, @Nullable Event<T> event) {
  /** The key of the record, as text; null if it has none. */
  public @Nullable String key() {
    byte[] key = message.key();
    return key == null ? null : new String(key, UTF_8);
  }

  /** Where it is; never key or payload. */
  @Override
  public String toString() {
    return (event == null ? "tombstone" : event.type()) + " at " + position;
  }
}
