package dev.kafkaevents.core;

import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;

/**
 * What is known of an event on its way, and in the end where it is stored.
 *
 * <p>Made before that is known: with a full send buffer an event waits long enough for its future
 * to become an old object, and an old object that is given a new one makes the garbage collector
 * look at it again and again. Of publishing at full speed that was a fifth.
 */
final class StoredEvent implements PublishResult {
  final Topic<?> topic;
  private final String eventId;
  private int partition;
  private long offset;

  StoredEvent(Topic<?> topic, String eventId) {
    this.topic = topic;
    this.eventId = eventId;
  }

  /** Before its future is completed, and nobody else can see it. */
  void isAt(int partition, long offset) {
    this.partition = partition;
    this.offset = offset;
  }

  @Override
  public String eventId() {
    return eventId;
  }

  @Override
  public Position position() {
    return new Position(topic.name(), partition, offset);
  }

  @Override
  public String toString() {
    return "event " + eventId + " at " + position();
  }
}
