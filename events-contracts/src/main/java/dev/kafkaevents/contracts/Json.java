package dev.kafkaevents.contracts;

import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON trees that keep every digit, read strictly. */
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Json() {}

  /** The document in {@code bytes}. */
  static JsonNode parse(byte[] bytes, String calledFile) {
    try {
      return MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new ContractException(
          calledFile
              + ":"
              + e.getLocation().getLineNr()
              + ": is not JSON: "
              + e.getOriginalMessage(),
          e);
    }
  }

  /** A number as a parser would give it. */
  static JsonNode number(BigDecimal number) {
    return MAPPER.readTree(number.toPlainString());
  }

  static String text(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  static String pretty(JsonNode node) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(node);
  }
}
