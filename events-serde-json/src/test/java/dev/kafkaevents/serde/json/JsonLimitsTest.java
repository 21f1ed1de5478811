package dev.kafkaevents.serde.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.SerdeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** What is written is within the limits of reading, and what is beyond them is refused quickly. */
@Timeout(20)
class JsonLimitsTest {
  record Tree(List<Tree> of) {}

  record Ignoring(String id) {}

  @Test
  void nesting_of100Levels_isReadAndWritten() {
    assertThat((List<?>) Json.of(List.class).read("[".repeat(100) + "]".repeat(100))).hasSize(1);
    assertThat(Json.of(Tree.class).copy(tree(50))).isEqualTo(tree(50));
  }

  @Test
  void nesting_deeper_isRefusedOnBothSides() {
    assertRefused(List.class, "[".repeat(101) + "]".repeat(101))
        .hasMessageContaining("it is nested deeper than 100 levels");
    assertThatThrownBy(() -> Json.of(Tree.class).write(tree(51)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("it is nested deeper than 100 levels, or in itself");
  }

  @Test
  void nestingBomb_isRefused_evenWhereItIsIgnored() {
    String bomb = "[".repeat(8_000_000);

    assertRefused(List.class, bomb).hasMessageContaining("nested deeper");
    assertRefused(Map.class, "{\"a\":".repeat(1_000_000)).hasMessageContaining("nested deeper");
    assertRefused(Ignoring.class, "{\"unknown\":" + bomb).hasMessageContaining("nested deeper");
  }

  @Test
  void number_of16384Characters_isExact_andALongerOneIsRefused() {
    String digits = "7".repeat(16 * 1024);

    assertThat(Json.of(BigInteger.class).read(digits)).isEqualTo(new BigInteger(digits));
    assertRefused(BigInteger.class, digits + "7")
        .hasMessageContaining("a number is longer than 16384 characters");
    assertRefused(BigDecimal.class, "0." + digits)
        .hasMessageContaining("a number is longer than 16384 characters");
    assertRefused(Ignoring.class, "{\"unknown\":" + digits + "7}")
        .hasMessageContaining("a number is longer");
  }

  @Test
  void number_withAHugeExponent_isRefused() {
    assertRefused(BigDecimal.class, "1e1000000000");
    assertRefused(BigInteger.class, "1e1000000000");
    assertRefused(Long.class, "1e1000000000");
    assertRefused(BigDecimal.class, "1e10000000000000");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Instant.class,
        OffsetDateTime.class,
        ZonedDateTime.class,
        Duration.class,
        LocalDate.class,
        Year.class
      })
  void time_asAHugeNumber_isRefused(Class<?> type) {
    assertRefused(type, "1e1000000000");
    assertRefused(type, "-1e1000000000");
    assertRefused(type, "\"" + "7".repeat(1_000_000) + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        BigInteger.class,
        BigDecimal.class,
        Long.class,
        Integer.class,
        OptionalLong.class,
        AtomicLong.class
      })
  void number_inAText_isBoundedAsWell(Class<?> type) {
    assertRefused(type, "\"" + "7".repeat(8_000_000) + "\"");
  }

  @Test
  void text_asLongAsTheDocumentMayBe_isReadAndWritten() {
    String text = "x".repeat(16 * 1024 * 1024 - 2);

    assertThat(Json.of(String.class).copy(text)).isEqualTo(text);
  }

  @Test
  void document_largerThan16MiB_isRefusedOnBothSides() {
    String text = "x".repeat(16 * 1024 * 1024 - 1);

    assertRefused(String.class, '"' + text + '"')
        .hasMessageContaining("it has 16777217 bytes, and at most 16777216 are read");
    assertThatThrownBy(() -> Json.of(String.class).write(text))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("it has 16777217 bytes, and at most 16777216 are read");
  }

  @Test
  void name_longerThan1024Characters_isRefused() {
    assertThat((Map<?, ?>) Json.of(Map.class).read("{\"" + "n".repeat(1024) + "\":1}")).hasSize(1);
    assertRefused(Map.class, "{\"" + "n".repeat(1100) + "\":1}")
        .hasMessageContaining("a name is longer than 1024 characters");
    assertRefused(Ignoring.class, "{\"" + "n".repeat(1_000_000) + "\":1}")
        .hasMessageContaining("a name is longer");
  }

  @Test
  void manyDistinctNames_inManyRecords_areReadInBoundedTime() {
    Json<?> json = Json.of(Map.class);
    for (int record = 0; record < 50; record++) {
      StringBuilder names = new StringBuilder("{\"a\":1");
      for (int i = 0; i < 2000; i++) {
        names.append(",\"").append(record).append('-').append(i).append("\":1");
      }
      assertThat((Map<?, ?>) json.read(names.append('}').toString())).hasSize(2001);
    }
  }

  @Test
  void ownLimits_areTheOnesThatAreTold() {
    JsonMapper small =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxDocumentLength(100)
                            .maxStringLength(10)
                            .build())
                    .build())
            .build();
    Json<String> json = Json.of(String.class, JsonSerde.factory(small));

    assertThatThrownBy(() -> json.read('"' + "x".repeat(11) + '"'))
        .hasMessageContaining(
            "a text is longer than 10 characters; JsonSerde.factory(JsonMapper) takes a mapper");
    assertThatThrownBy(() -> json.write("x".repeat(99)))
        .hasMessageContaining("it has 101 bytes, and at most 100 are read");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Class<?> type, String json) {
    Json<?> serde = Json.of(type);
    byte[] bytes = json.getBytes(UTF_8);
    long start = System.nanoTime();
    var refused = assertThatThrownBy(() -> serde.read(bytes)).isInstanceOf(SerdeException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    return refused;
  }

  private static Tree tree(int levels) {
    Tree tree = new Tree(List.of());
    for (int i = 1; i < levels; i++) {
      tree = new Tree(List.of(tree));
    }
    return tree;
  }
}
