package dev.kafkaevents.serde.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kafkaevents.SerdeException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a failure tells, and that it tells nothing of the payload: {@link #CANARY} is in every
 * payload here.
 */
class JsonProblemsTest {
  private static final String CANARY = "canary4711";

  record Item(
      String name,
      BigDecimal price,
      int count,
      boolean gift,
      Instant at,
      Kind kind,
      UUID id,
      Positive positive) {}

  enum Kind {
    ONE
  }

  record Basket(List<Item> items, Map<String, Item> byName, Optional<Item> best, Item[] array) {}

  @JsonDeserialize(using = Unmakeable.Reader.class)
  record Unmakeable(String text) {
    static final class Reader extends StdDeserializer<Unmakeable> {
      Reader() {
        super(Unmakeable.class);
        throw new IllegalStateException(CANARY);
      }

      @Override
      public Unmakeable deserialize(JsonParser parser, DeserializationContext context) {
        throw new AssertionError("never made");
      }
    }
  }

  record Positive(int value) {
    Positive {
      if (value < 0) {
        throw new IllegalArgumentException(CANARY + " " + value);
      }
    }
  }

  record Code(String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Code of(String text) {
      throw new IllegalStateException("not a code: " + text, new RuntimeException(text));
    }
  }

  static final class Extensible {
    @JsonAnySetter @JsonAnyGetter public Map<String, Integer> others = new HashMap<>();
  }

  @JsonDeserialize(using = Handmade.Reader.class)
  record Handmade(String text) {
    static final class Reader extends StdDeserializer<Handmade> {
      Reader() {
        super(Handmade.class);
      }

      @Override
      public Handmade deserialize(JsonParser parser, DeserializationContext context) {
        SerdeException e = new SerdeException(parser.getString());
        e.addSuppressed(new IllegalStateException(parser.getString()));
        throw e;
      }
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  sealed interface Shape permits Dot {}

  record Dot(int x) implements Shape {}

  record Shapes(Shape shape) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface ByClass {}

  record Named(@JsonProperty("x") int x) implements ByClass {}

  record ByClasses(ByClass thing) {}

  interface Open {
    String text();
  }

  record Closed(String text) implements Open {}

  record Opens(Open open) {}

  static Stream<Arguments> problems() {
    String test = JsonProblemsTest.class.getName();
    return Stream.of(
        arguments(
            "{'items':[{'count':1,'gift':true},{'price':'canary4711'}]}",
            "no value of java.math.BigDecimal, in items[1].price, at line 1 column 44 (byte 43)"),
        arguments(
            "{'byName':{'canary4711':{'price':{}}}}",
            "not the kind of JSON that java.math.BigDecimal is read from, in byName.*.price, at"
                + " line 1 column 34 (byte 33)"),
        arguments(
            "{'array':[\n{'at':\n 'canary4711'}]}",
            "no value of java.time.Instant, in array[0].at, at line 3 column 2 (byte 19)"),
        arguments(
            "{'best':{'kind':'canary4711'}}",
            "no value of " + test + "$Kind, in best.kind, at line 1 column 17 (byte 16)"),
        arguments(
            "{'best':{'count':4711471147114711}}",
            "a number that int can't hold, in best.count, at line 1 column 34 (byte 33)"),
        arguments(
            "{'best':{'count':null,'name':'canary4711'}}",
            "null instead of a value of int, in best.count, at line 1 column 18 (byte 17)"),
        arguments(
            "{'best':{'name':'canary4711'}}",
            "a required property is missing, in best.count, at line 1 column 29 (byte 28)"),
        arguments(
            "{'best':{'positive':{'value':-4711}}}",
            test
                + "$Positive refuses its values with java.lang.IllegalArgumentException, in"
                + " best.positive, at line 1 column 35 (byte 34)"),
        arguments(
            "{'items':[canary4711]}", "it is malformed, in items, at line 1 column 11 (byte 10)"),
        arguments(
            "{'items':[{'name':'canary4711'",
            "it ends in the middle, in items[0], at line 1 column 31 (byte 30)"),
        arguments("{} 'canary4711'", "something follows the value, at line 1 column 4 (byte 3)"),
        arguments("{} canary4711", "it is malformed, at line 1 column 4 (byte 3)"),
        arguments(
            "'canary4711'",
            "not the kind of JSON that "
                + test
                + "$Basket is read from, at line 1 column 1 (byte 0)"),
        arguments(
            "['canary4711']",
            "not the kind of JSON that "
                + test
                + "$Basket is read from, at line 1 column 1 (byte 0)"),
        arguments("null", "it is null, which is not an event"),
        arguments(" \n ", "it is empty"),
        arguments("", "it is empty"));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void reading_tellsClassKindPropertyAndPlace(String json, String problem) {
    assertThat(reading(Basket.class, json).getMessage())
        .isEqualTo("can't read " + Basket.class.getName() + " from JSON: " + problem);
  }

  @Test
  void reading_intoAnOpenType_tellsWhatToDo() {
    assertThat(reading(Open.class, "{'text':'canary4711'}"))
        .hasMessageContaining(
            Open.class.getName() + " is abstract, and nothing says which class to make")
        .hasMessageContaining("seal it");
    assertThat(reading(Opens.class, "{'open':{'text':'canary4711'}}"))
        .hasMessageContaining(
            "annotate it with @JsonTypeInfo(use = Id.NAME), in open, at line 1 column 9 (byte 8)");
    assertThat(reading(Object.class, "{'text':'canary4711'}"))
        .hasMessageContaining("declare the topic with a record, a sealed type or a Map");
  }

  @Test
  void reading_aClassNameFromTheWire_isRefused_evenIfAnnotated() {
    assertThat(
            reading(
                ByClasses.class,
                "{'thing':{'@class':'%s','x':1}}".formatted(Named.class.getName())))
        .hasMessageContaining("no known type id for " + ByClass.class.getName() + ", in thing");
  }

  @Test
  void reading_nullAsATree_isRefused() {
    assertThat(reading(JsonNode.class, "null"))
        .hasMessageContaining("it is null, which is not an event");
  }

  @Test
  void reading_aPathWithoutEnd_isCut() {
    record Nested(Nested n) {}

    assertThat(reading(Nested.class, "{'n':".repeat(50) + "'canary4711'"))
        .hasMessageContaining(", in " + "n.".repeat(19) + "n…, at line 1");
  }

  static Stream<Arguments> unreadable() {
    return Stream.of(
        arguments(Basket.class, "canary4711"),
        arguments(Basket.class, "{'canary4711"),
        arguments(Basket.class, "{'canary4711'"),
        arguments(Basket.class, "{'canary4711' 1}"),
        arguments(Basket.class, "{'canary4711':canary4711}"),
        arguments(Basket.class, "{canary4711:1}"),
        arguments(Basket.class, "{'items':'canary4711'}"),
        arguments(Basket.class, "{'items':[['canary4711']]}"),
        arguments(Basket.class, "{'byName':{'canary4711':'canary4711'}}"),
        arguments(Basket.class, "{'byName':{'canary4711':{'count':'canary4711'}}}"),
        arguments(
            Basket.class, "{'byName':{'canary4711':{'canary4711':1,'canary4711':canary4711}}}"),
        arguments(Basket.class, "{'best':{'gift':'canary4711'}}"),
        arguments(Basket.class, "{'best':{'count':'canary4711'}}"),
        arguments(Basket.class, "{'best':{'count':canary4711}}"),
        arguments(Basket.class, "{'best':{'id':'canary4711'}}"),
        arguments(Basket.class, "{'best':{'at':'canary4711'}}"),
        arguments(Basket.class, "{'best':{'kind':'canary4711'}}"),
        arguments(Basket.class, "{'best':{'name':'canary4711\t'}}"),
        arguments(Basket.class, "{'best':{'name':'canary4711\\q'}}"),
        arguments(Basket.class, "{'best':{'name':'canary4711\\u12zz'}}"),
        arguments(Basket.class, "{'best':{'name':{'canary4711':1}}}"),
        arguments(Basket.class, "{'best':{'positive':{'value':-4711}}}"),
        arguments(Basket.class, "{'best':{'count':4711471147114711}}"),
        arguments(Basket.class, "{'best':{'price':'canary4711'}}"),
        arguments(Basket.class, "{} canary4711"),
        arguments(Basket.class, "{}{'canary4711':1}"),
        arguments(Code.class, "'canary4711'"),
        arguments(Handmade.class, "'canary4711'"),
        arguments(Unmakeable.class, "'canary4711'"),
        arguments(Extensible.class, "{'canary4711':'canary4711'}"),
        arguments(Shapes.class, "{'shape':{'@type':'canary4711'}}"),
        arguments(Shapes.class, "{'shape':{'canary4711':'canary4711'}}"),
        arguments(ByClasses.class, "{'thing':{'@class':'canary4711'}}"),
        arguments(Opens.class, "{'open':{'canary4711':'canary4711'}}"),
        arguments(Open.class, "{'canary4711':'canary4711'}"),
        arguments(Object.class, "{'canary4711':'canary4711'}"),
        arguments(Kind.class, "'canary4711'"),
        arguments(UUID.class, "'canary4711'"),
        arguments(byte[].class, "'canary4711!'"),
        arguments(char.class, "'canary4711'"),
        arguments(Class.class, "'canary4711'"),
        arguments(Map.class, "{'canary4711':"),
        arguments(Map.class, "{'canary4711':1,'canary4711':canary4711}"),
        arguments(Map.class, "['canary4711']"),
        arguments(JsonNode.class, "{'canary4711':tru}"),
        arguments(int[].class, "['canary4711']"));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void reading_tellsNothingOfThePayload(Class<?> type, String json) {
    assertSilent(reading(type, json));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void reading_withATalkativeMapper_tellsNothingOfThePayload(Class<?> type, String json) {
    JsonMapper talkative =
        JsonMapper.builder(
                JsonFactory.builder().enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.WRAP_EXCEPTIONS)
            .build();
    Json<?> json2 = Json.of(type, JsonSerde.factory(talkative));

    try {
      json2.read(json.replace('\'', '"'));
    } catch (SerdeException e) {
      assertSilent(e);
    }
  }

  @Test
  void reading_anUnknownPropertyThatAMapperRefuses_doesNotTellItsName() {
    JsonMapper strict =
        JsonSerde.mapper()
            .rebuild()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    SerdeException refused =
        catchThrowableOfType(
            SerdeException.class,
            () ->
                Json.of(Positive.class, JsonSerde.factory(strict))
                    .read("{\"value\":1,\"canary4711\":2}"));

    assertSilent(refused);
    assertThat(refused)
        .hasMessageContaining(
            "a property that " + Positive.class.getName() + " does not have, in *");
  }

  @Test
  void reading_aPropertyTwice_isRefusedByAMapperThatLooksForIt() {
    JsonMapper strict =
        JsonSerde.mapper().rebuild().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    String json = "{\"value\":1,\"canary4711\":1,\"canary4711\":2}";

    assertThat(Json.of(Positive.class).read("{\"value\":1,\"value\":2}"))
        .isEqualTo(new Positive(2));
    SerdeException refused =
        catchThrowableOfType(
            SerdeException.class,
            () -> Json.of(Positive.class, JsonSerde.factory(strict)).read(json));
    assertThat(refused)
        .hasMessageEndingWith("a property occurs twice, at line 1 column 39 (byte 38)");
    assertSilent(refused);
  }

  record Failing(String text) {
    @JsonProperty("more")
    String more() {
      throw new IllegalStateException("can't tell " + text);
    }
  }

  record Failings(Map<String, Failing> byName, List<Failing> list) {}

  record Nothing(@JsonValue String text) {}

  static final class Cyclic {
    public String name = CANARY;
    public Map<String, Cyclic> self = Map.of(CANARY, this);
  }

  static Stream<Arguments> unwritable() {
    return Stream.of(
        arguments(new Failing(CANARY), "failed with java.lang.IllegalStateException, in more"),
        arguments(
            new Failings(Map.of(CANARY, new Failing(CANARY)), null),
            "failed with java.lang.IllegalStateException, in byName.*.more"),
        arguments(
            new Failings(null, List.of(new Failing(CANARY))),
            "failed with java.lang.IllegalStateException, in list[0].more"),
        arguments(new Nothing(null), "it is written as null, which is not an event"),
        arguments(new BigDecimal("4711E+4711471"), "a value that JSON can't hold"),
        arguments(
            new Cyclic(),
            "it is nested deeper than 100 levels, or in itself; JsonSerde.factory(JsonMapper) takes"
                + " a mapper with other limits, in "
                + "self.*.".repeat(9)
                + "self.*…"));
  }

  @ParameterizedTest
  @MethodSource("unwritable")
  @SuppressWarnings("unchecked") // a payload is of its own class
  void writing_tellsClassKindAndProperty_andNothingOfThePayload(Object payload, String problem) {
    Json<Object> json = Json.of((Class<Object>) payload.getClass());

    SerdeException refused = catchThrowableOfType(SerdeException.class, () -> json.write(payload));

    assertThat(refused.getMessage())
        .isEqualTo("can't write " + payload.getClass().getName() + " as JSON: " + problem);
    assertSilent(refused);
  }

  private static SerdeException reading(Class<?> type, String json) {
    Throwable thrown = catchThrowable(() -> Json.of(type).read(json.replace('\'', '"')));
    assertThat(thrown).as("%s from %s", type, json).isInstanceOf(SerdeException.class);
    return (SerdeException) thrown;
  }

  private static void assertSilent(SerdeException problem) {
    StringWriter printed = new StringWriter();
    problem.printStackTrace(new PrintWriter(printed));
    assertThat(printed.toString()).doesNotContainIgnoringCase("canary").doesNotContain("4711");
    assertThat(problem.getCause()).isNull();
    assertThat(problem.getSuppressed()).isEmpty();
  }
}
