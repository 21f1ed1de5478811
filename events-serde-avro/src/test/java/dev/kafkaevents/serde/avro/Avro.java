package dev.kafkaevents.serde.avro;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.util.HexFormat;
import org.apache.avro.Schema;

/** The serde of a class at work on bytes and headers. */
final class Avro<T> {
  private final Class<T> type;
  private final Serde<T> serde;

  private Avro(Class<T> type, Serde<T> serde) {
    this.type = type;
    this.serde = serde;
  }

  /** What is on the wire. */
  record Written(byte[] value, Headers headers) {
    String hex() {
      return HexFormat.of().formatHex(value);
    }
  }

  static <T> Avro<T> of(Class<T> type, Schemas schemas) {
    return of(type, schemas, AvroOptions.register());
  }

  @SuppressWarnings("unchecked") // the serde was made for a topic of that type
  static <T> Avro<T> of(Class<T> type, Schemas schemas, AvroOptions options) {
    return new Avro<>(
        type, (Serde<T>) AvroSerde.factory(schemas, options).create(Topic.of("events", type)));
  }

  static Schema schema(String json) {
    return new Schema.Parser().parse(json.replace('\'', '"'));
  }

  Written write(T payload) {
    Headers[] headers = {Headers.empty()};
    byte[] value = serde.encode(payload, (name, bytes) -> headers[0] = headers[0].add(name, bytes));
    return new Written(value, headers[0]);
  }

  String hex(T payload) {
    return write(payload).hex();
  }

  T read(Written written) {
    return serde.decode(written.value(), type, written.headers());
  }

  T read(byte[] value) {
    return read(new Written(value, Headers.empty()));
  }

  T read(String hex) {
    return read(HexFormat.of().parseHex(hex));
  }

  T copy(T payload) {
    return read(write(payload));
  }
}
