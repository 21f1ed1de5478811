package dev.kafkaevents.replay;

import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** One object on a line, for scripts. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static String line(Map<String, ?> object) {
    return MAPPER.writeValueAsString(object);
  }
}
