package dev.kafkaevents.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.SerdeException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reader of the core against Jackson's, which it takes no JSON beside. */
class JsonTextTest {
  private static final long SEED = Long.getLong("events.seed", 20_260_102L);
  private static final int ROUNDS = 50_000;
  private static final JsonMapper JACKSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\"a\"",
    "\"\\u00e4\\n\"",
    "\\",
    ":",
    ",",
    "null",
    "true",
    "false",
    "0",
    "-",
    "1.5",
    "1e",
    "E+2",
    ".",
    " ",
    "\t",
    "\u00e4",
    "\"a\":",
    "1,",
    "[1,{\"b\":[]}]",
    "'",
    "+"
  };

  private final Random random = new Random(SEED);

  @Test
  void whatIsJson_isTheSameAsForJackson() {
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = text();
      boolean isJson = isJson(text);
      assertThat(isJson).as("seed %s, round %s: %s", SEED, round, text).isEqualTo(isJacksons(text));
      taken += isJson ? 1 : 0;
    }
    assertThat(taken).isBetween(ROUNDS / 50, ROUNDS - ROUNDS / 50);
  }

  @Test
  void strings_areUnquotedAsJacksonDoes_andQuotedSoThatItReadsThem() {
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder quoted = new StringBuilder();
      String text = characters();
      JsonText.appendQuoted(quoted, text);
      assertThat(JACKSON.readTree(quoted.toString()).asString())
          .as("seed %s", SEED)
          .isEqualTo(text);
      assertThat(JsonText.unquoted(quoted.toString())).isEqualTo(text);
      assertThat(JsonText.unquoted(JACKSON.writeValueAsString(text))).isEqualTo(text);
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    if (random.nextBoolean()) {
      text.append("{\"a\":[1.5,-2E+3,\"x\\\"\",{},true],\"b\":null}");
      for (int i = random.nextInt(3); i > 0; i--) {
        int at = random.nextInt(text.length());
        text.replace(at, Math.min(text.length(), at + random.nextInt(3)), piece());
      }
      return text.toString();
    }
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      text.append(piece());
    }
    return text.toString();
  }

  private String piece() {
    return PIECES[random.nextInt(PIECES.length)];
  }

  private String characters() {
    return random
        .ints(random.nextInt(8), 0, 0x3000)
        .map(c -> random.nextInt(3) == 0 ? c % 128 : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isJson(String text) {
    try {
      JsonText.value(text.getBytes(UTF_8));
      return true;
    } catch (SerdeException e) {
      return false;
    }
  }

  private static boolean isJacksons(String text) {
    try {
      JsonNode value = JACKSON.readTree(text);
      return !value.isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }
}
