package dev.kafkaevents.serde.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.kafkaevents.SerdeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DecimalNode;

class JsonExactnessTest {
  record Decimal(BigDecimal value) {}

  record Whole(BigInteger value) {}

  record Untyped(Object object, JsonNode node, Map<String, Object> map) {}

  record Scalars(
      int number, boolean flag, BigDecimal decimal, String text, Instant instant, DayOfWeek day) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "9.90",
        "0.10",
        "100.000",
        "-0.00",
        "123456789012345678901234567890.123456789",
        "0.000001",
        "0.0000010",
        "0.0000001",
        "-123456.7890",
        "0.1E-30",
        "1E-9999"
      })
  void decimal_keepsDigitsAndScale(String number) {
    BigDecimal value = new BigDecimal(number);

    assertThat(Json.of(Decimal.class).write(new Decimal(value)))
        .isEqualTo("{\"value\":" + value.toPlainString() + "}");
    assertThat(Json.of(Decimal.class).copy(new Decimal(value)).value()).isEqualTo(value);
  }

  record TextDecimal(@JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal value) {}

  @Test
  void decimal_declaredAsText_isText() {
    assertThat(Json.of(TextDecimal.class).write(new TextDecimal(new BigDecimal("9.90"))))
        .isEqualTo("{\"value\":\"9.90\"}");
  }

  @Test
  void decimal_asATree_isTheSameNumber() {
    assertThat(JsonSerde.mapper().valueToTree(new Decimal(new BigDecimal("9.90"))).get("value"))
        .isEqualTo(DecimalNode.valueOf(new BigDecimal("9.90")));
  }

  @Test
  void decimal_withNegativeScale_isWrittenOut() {
    assertThat(Json.of(Decimal.class).write(new Decimal(new BigDecimal("1E+5"))))
        .isEqualTo("{\"value\":100000}");
    assertThat(Json.of(Decimal.class).copy(new Decimal(new BigDecimal("1E+9999"))).value())
        .isEqualByComparingTo("1E+9999");
  }

  @Test
  void decimal_tooFarOutToBeWritten_isRefused() {
    assertThatThrownBy(
            () -> Json.of(Decimal.class).write(new Decimal(new BigDecimal("1E+1000000000"))))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("a value that JSON can't hold");
  }

  @Test
  void decimal_isReadAsWrittenByOthers() {
    assertThat(Json.of(Decimal.class).read("{\"value\":1E5}").value())
        .isEqualTo(new BigDecimal("1E+5"));
    assertThat(Json.of(Decimal.class).read("{\"value\":\"9.90\"}").value())
        .isEqualTo(new BigDecimal("9.90"));
  }

  @Test
  void decimal_inAnUntypedPlace_isExactToo() {
    String json =
        "{\"object\":0.10,\"node\":{\"a\":1.10,\"b\":12345678901234567890},\"map\":{\"c\":123456789.123456789123456789}}";

    Untyped read = Json.of(Untyped.class).read(json);

    assertThat(read.object()).isEqualTo(new BigDecimal("0.10"));
    assertThat(read.node().get("a").decimalValue()).isEqualTo(new BigDecimal("1.10"));
    assertThat(read.map()).containsEntry("c", new BigDecimal("123456789.123456789123456789"));
    assertThat(Json.of(Untyped.class).write(read)).isEqualTo(json);
  }

  @Test
  void bigInteger_isExact() {
    BigInteger value = BigInteger.TWO.pow(4096).subtract(BigInteger.ONE);

    assertThat(Json.of(Whole.class).copy(new Whole(value)).value()).isEqualTo(value);
  }

  @Test
  void numbers_atTheirEnds_areExact() {
    record Ends(long least, long most, int small, double tiny, double huge, float single) {}
    Ends ends =
        new Ends(
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Integer.MIN_VALUE,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Float.MIN_VALUE);

    assertThat(Json.of(Ends.class).copy(ends)).isEqualTo(ends);
  }

  @Test
  void times_areIsoText() {
    record Times(
        Instant instant,
        OffsetDateTime offset,
        ZonedDateTime zoned,
        LocalDate date,
        LocalTime time,
        Duration duration) {}
    Times times =
        new Times(
            Instant.parse("2026-01-02T03:04:05.000000006Z"),
            OffsetDateTime.parse("2026-01-02T03:04:05+02:00"),
            ZonedDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneId.of("Europe/Paris")),
            LocalDate.of(2026, 1, 2),
            LocalTime.of(3, 4),
            Duration.ofMillis(1500));

    assertThat(Json.of(Times.class).write(times))
        .isEqualTo(
            "{\"instant\":\"2026-01-02T03:04:05.000000006Z\",\"offset\":\"2026-01-02T03:04:05+02:00\","
                + "\"zoned\":\"2026-01-02T03:04:05+01:00[Europe/Paris]\",\"date\":\"2026-01-02\","
                + "\"time\":\"03:04:00\",\"duration\":\"PT1.5S\"}");
    assertThat(Json.of(Times.class).copy(times)).isEqualTo(times);
  }

  @Test
  void times_ofAllKinds_areEqualAfterTheJourney() {
    record AllTimes(
        Instant min,
        Instant max,
        LocalDateTime local,
        OffsetTime offsetTime,
        Period period,
        Year year,
        YearMonth yearMonth,
        MonthDay monthDay,
        Month month,
        DayOfWeek day,
        ZoneId zone,
        ZoneOffset offset,
        List<ZonedDateTime> zoned) {}
    LocalDateTime local = LocalDateTime.of(2026, 10, 25, 2, 30, 0, 1);
    AllTimes times =
        new AllTimes(
            Instant.MIN,
            Instant.MAX,
            local,
            OffsetTime.parse("03:00:01+01:00"),
            Period.of(1, 2, 3),
            Year.of(2026),
            YearMonth.of(2026, 5),
            MonthDay.of(2, 29),
            Month.MAY,
            DayOfWeek.SUNDAY,
            ZoneId.of("UTC"),
            ZoneOffset.ofHoursMinutes(-3, -30),
            List.of(
                local.atZone(ZoneId.of("UTC")),
                local.atZone(ZoneOffset.UTC),
                local.atZone(ZoneId.of("GMT")),
                local.atZone(ZoneId.of("Europe/Paris")).withEarlierOffsetAtOverlap(),
                local.atZone(ZoneId.of("Europe/Paris")).withLaterOffsetAtOverlap()));

    assertThat(Json.of(AllTimes.class).copy(times)).isEqualTo(times);
  }

  @Test
  void time_asANumber_isRefused_unlessDeclared() {
    record Declared(
        @JsonFormat(shape = JsonFormat.Shape.NUMBER) Instant at,
        @JsonFormat(shape = JsonFormat.Shape.NUMBER) Duration duration) {}
    Declared declared =
        new Declared(Instant.parse("2026-01-02T03:04:05.000000006Z"), Duration.ofMillis(1500));

    assertThat(Json.of(Declared.class).read("{\"at\":1767323045.000000006,\"duration\":1.5}"))
        .isEqualTo(declared);
    assertThat(Json.of(Declared.class).copy(declared)).isEqualTo(declared);
    for (Class<?> type :
        List.of(
            Instant.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            LocalDate.class,
            Duration.class)) {
      for (String number : List.of("1767323045", "1767323045000", "1.5", "0")) {
        assertThatThrownBy(() -> Json.of(type).read(number))
            .isInstanceOf(SerdeException.class)
            .hasMessageContaining("not the kind of JSON that " + type.getName() + " is read from");
      }
    }
  }

  @Test
  void time_inPlacesWithoutAProperty_isGuardedToo() {
    record Times(
        List<Instant> list,
        Map<String, Instant> map,
        Optional<Instant> optional,
        Instant[] array) {}

    for (String json :
        List.of("{\"list\":[1]}", "{\"map\":{\"a\":1}}", "{\"optional\":1}", "{\"array\":[1]}")) {
      assertThatThrownBy(() -> Json.of(Times.class).read(json))
          .as(json)
          .isInstanceOf(SerdeException.class);
    }
    assertThat(
            Json.of(Times.class).read("{\"list\":[null],\"map\":{\"a\":\"1970-01-01T00:00:00Z\"}}"))
        .satisfies(times -> assertThat(times.list()).containsOnlyNulls())
        .satisfies(times -> assertThat(times.map()).containsEntry("a", Instant.EPOCH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e1000000000", "1e-1000000000", "1E+10000", "\"1E-10000\"", "1e2147483647"})
  void decimal_thatCouldNotBeWritten_isRefused(String number) {
    assertThatThrownBy(() -> Json.of(Decimal.class).read("{\"value\":" + number + "}"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("no value of java.math.BigDecimal, in value");
  }

  @Test
  void valuesOfManyTypes_areEqualAfterTheJourney() {
    record Many(
        char character,
        Character boxed,
        byte octet,
        short small,
        float single,
        OptionalInt anInt,
        OptionalLong aLong,
        OptionalDouble aDouble,
        Optional<List<Optional<String>>> nested,
        Map<Integer, String> byNumber,
        Map<DayOfWeek, BigDecimal> byDay,
        UUID uuid,
        URI uri,
        Currency currency,
        Locale locale,
        List<List<Integer>> lists,
        Object nothing) {}
    Many many =
        new Many(
            'x',
            '\ud83d',
            (byte) -128,
            (short) 32767,
            1.1f,
            OptionalInt.of(3),
            OptionalLong.empty(),
            OptionalDouble.of(0.1),
            Optional.of(List.of(Optional.of(""), Optional.of("a"))),
            Map.of(-1, "minus one"),
            new EnumMap<>(Map.of(DayOfWeek.MONDAY, new BigDecimal("1.10"))),
            UUID.fromString("53a14202-58f6-458f-bfc0-73edff98a363"),
            URI.create("urn:a:b"),
            Currency.getInstance("EUR"),
            Locale.forLanguageTag("de-CH"),
            List.of(List.of(1, 2), List.of()),
            null);

    assertThat(Json.of(Many.class).copy(many)).isEqualTo(many);
  }

  @Test
  void bytes_areBase64() {
    assertThat(Json.of(byte[].class).write(new byte[] {1, 2, -1})).isEqualTo("\"AQL/\"");
    assertThat(Json.of(byte[].class).read("\"AQL/\"")).isEqualTo(new byte[] {1, 2, -1});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "é",
        "\u0000\u001f",
        "\ud800 alone",
        "\udc00",
        "😀",
        "\u2028",
        "</script>",
        "\\u0041"
      })
  void text_isExact(String text) {
    assertThat(Json.of(String.class).copy(text)).isEqualTo(text);
  }

  @Test
  void notANumber_isKept() {
    assertThat(Json.of(Double.class).copy(Double.NaN)).isNaN();
    assertThat(Json.of(Double.class).copy(Double.NEGATIVE_INFINITY))
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "number | 1.0",
        "number | 1.9",
        "number | 1e2",
        "number | \"\"",
        "number | \" \"",
        "number | \"1.5\"",
        "number | true",
        "number | []",
        "number | [1]",
        "number | 2147483648",
        "flag | 1",
        "flag | 0",
        "flag | \"\"",
        "flag | \"yes\"",
        "decimal | \"\"",
        "decimal | \"1,5\"",
        "decimal | true",
        "decimal | NaN",
        "text | {}",
        "text | []",
        "instant | \"\"",
        "instant | \"yesterday\"",
        "instant | \"2026-01-02\"",
        "day | 1",
        "day | \"1\"",
        "day | \"monday\"",
        "day | \"\"",
        "day | \"SOMEDAY\""
      })
  void decode_aValueThatCouldOnlyBeGuessed_isRefused(String property, String value) {
    assertThatThrownBy(() -> Json.of(Scalars.class).read(scalars(property, value)))
        .isInstanceOf(SerdeException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "number | \"12\" | 12",
        "flag | \"true\" | true",
        "text | 7 | 7",
        "text | 1.10 | 1.10",
        "decimal | 1 | 1"
      })
  void decode_aValueThatIsCertainInAnotherForm_isAccepted(
      String property, String value, String read) {
    assertThat(Json.of(Scalars.class).read(scalars(property, value)).toString())
        .contains(property + "=" + read);
  }

  static String scalars(String property, String value) {
    StringBuilder json = new StringBuilder("{\"").append(property).append("\":").append(value);
    if (!property.equals("number")) {
      json.append(",\"number\":1");
    }
    if (!property.equals("flag")) {
      json.append(",\"flag\":true");
    }
    return json.append('}').toString();
  }
}
