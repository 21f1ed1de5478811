package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Topic;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A record on its way through all its attempts: one object, as in the core. */
final class FakeDelivery implements Delivery<String> {
  private final Topic<String> topic;
  private final Position position;
  private final Message message;
  private int attempt = 1;

  FakeDelivery(Position position, Message message) {
    this.topic = Topic.of(position.topic(), String.class);
    this.position = position;
    this.message = message;
  }

  static FakeDelivery of(String topic) {
    return new FakeDelivery(
        new Position(topic, 3, 1207),
        Message.of(topic, "key".getBytes(UTF_8), "value".getBytes(UTF_8))
            .withTimestamp(Instant.parse("2026-01-02T03:04:05.678Z")));
  }

  void nextAttempt() {
    attempt++;
  }

  @Override
  public Topic<String> topic() {
    return topic;
  }

  @Override
  public String group() {
    return "billing";
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public @Nullable String key() {
    return message.key() == null ? null : new String(message.key(), UTF_8);
  }

  @Override
  public boolean isTombstone() {
    return message.value() == null;
  }

  @Override
  public Event<String> event() {
    return Event.of("id", "String", "test", Instant.EPOCH, new String(message.value(), UTF_8))
        .withKey(key());
  }
}
