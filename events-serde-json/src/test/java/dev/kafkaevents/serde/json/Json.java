package dev.kafkaevents.serde.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;

/** The serde of a class at work on text. */
final class Json<T> {
  private final Class<T> type;
  private final Serde<T> serde;

  private Json(Class<T> type, Serde<T> serde) {
    this.type = type;
    this.serde = serde;
  }

  static <T> Json<T> of(Class<T> type) {
    return of(type, JsonSerde.factory());
  }

  @SuppressWarnings("unchecked") // the serde was made for a topic of that type
  static <T> Json<T> of(Class<T> type, Serde.Factory factory) {
    return new Json<>(type, (Serde<T>) factory.create(Topic.of("events", type)));
  }

  byte[] bytes(T payload) {
    return serde.encode(
        payload,
        (name, value) -> {
          throw new AssertionError("the JSON serde needs no header, and added " + name);
        });
  }

  String write(T payload) {
    return new String(bytes(payload), UTF_8);
  }

  T read(String json) {
    return read(json.getBytes(UTF_8));
  }

  T read(byte[] json) {
    return serde.decode(json, type, Headers.empty());
  }

  T copy(T payload) {
    return read(bytes(payload));
  }
}
