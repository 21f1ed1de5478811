package dev.kafkaevents.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Topic;
import java.time.Instant;

/** The record at orders-3@42, for the group billing. */
record OneRecord(Headers headers) implements Delivery<String> {
  private static final Topic<String> ORDERS = Topic.of("orders", String.class);

  @Override
  public Topic<String> topic() {
    return ORDERS;
  }

  @Override
  public String group() {
    return "billing";
  }

  @Override
  public Position position() {
    return new Position("orders", 3, 42);
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public Message message() {
    return Message.of("orders", "key".getBytes(UTF_8), "payload".getBytes(UTF_8))
        .withHeaders(headers);
  }

  @Override
  public String key() {
    return "key";
  }

  @Override
  public boolean isTombstone() {
    return false;
  }

  @Override
  public Event<String> event() {
    return Event.of("id", "String", "test", Instant.EPOCH, "payload");
  }
}
