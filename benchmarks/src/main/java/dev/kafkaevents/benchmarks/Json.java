package dev.kafkaevents.benchmarks;

import dev.kafkaevents.serde.json.JsonSerde;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The same Jackson for all: the mapper of {@link JsonSerde}, and what of it one keeps at hand. */
final class Json {
  private static final JsonMapper MAPPER = JsonSerde.mapper();

  static final ObjectReader READER = MAPPER.readerFor(Sample.class);
  static final ObjectWriter WRITER = MAPPER.writerFor(Sample.class);

  private Json() {}

  static Sample read(byte[] bytes) {
    return READER.readValue(bytes);
  }
}
