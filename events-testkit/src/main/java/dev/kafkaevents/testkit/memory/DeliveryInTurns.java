package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as it is, but that others may go on, and its application crash, when its event is
 * asked for: which is when a handler begins.
 */
record DeliveryInTurns<T>(Delivery<T> delivery, Timeline time) implements Delivery<T> {
  @Override
  public Topic<T> topic() {
    return delivery.topic();
  }

  @Override
  public String group() {
    return delivery.group();
  }

  @Override
  public Position position() {
    return delivery.position();
  }

  @Override
  public int attempt() {
    return delivery.attempt();
  }

  @Override
  public Message message() {
    return delivery.message();
  }

  @Override
  public @Nullable String key() {
    return delivery.key();
  }

  @Override
  public boolean isTombstone() {
    return delivery.isTombstone();
  }

  @Override
  public Event<T> event() {
    time.enter();
    return delivery.event();
  }

  @Override
  public String toString() {
    return delivery.toString();
  }
}
