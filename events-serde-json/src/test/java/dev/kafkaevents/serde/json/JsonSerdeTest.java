package dev.kafkaevents.serde.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.OptBoolean;
import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonSerdeTest {
  record OrderPlaced(String orderId, BigDecimal total) {}

  record Line(String sku, int quantity) {}

  record Order(
      UUID id,
      List<Line> lines,
      Map<String, Line> bySku,
      Optional<String> note,
      Set<Color> colors) {}

  enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "the colour of grass";
      }
    }
  }

  sealed interface Payment permits Card, Cash {}

  record Card(String holder) implements Payment {}

  record Cash() implements Payment {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  sealed interface Shape permits Circle, Square {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  record Drawing(List<Shape> shapes) {}

  @Test
  void encode_aRecord_isItsComponentsInOrder() {
    assertThat(Json.of(OrderPlaced.class).write(new OrderPlaced("o-1", new BigDecimal("9.90"))))
        .isEqualTo("{\"orderId\":\"o-1\",\"total\":9.90}");
  }

  @Test
  void encode_derivedMethodsOfARecord_areNotWritten() {
    record Basket(int items) {
      boolean isEmpty() {
        return items == 0;
      }

      public int getTwice() {
        return 2 * items;
      }
    }

    assertThat(Json.of(Basket.class).write(new Basket(2))).isEqualTo("{\"items\":2}");
  }

  @Test
  void encode_aClassThatIsNoRecord_isItsPropertiesInAlphabeticalOrder() {
    assertThat(Json.of(Account.class).write(new Account()))
        .isEqualTo("{\"balance\":0,\"owner\":\"nobody\"}");
  }

  @Test
  void encode_anEnumConstant_isItsName_whateverItsToString() {
    assertThat(Json.of(Color.class).write(Color.GREEN)).isEqualTo("\"GREEN\"");
    assertThat(Json.of(Color.class).read("\"GREEN\"")).isEqualTo(Color.GREEN);
  }

  enum Light {
    RED,
    GREEN,
    @JsonEnumDefaultValue
    OTHER
  }

  @Test
  void decode_anEnumConstantOfALaterVersion_isRefused_unlessTheMapperHasADefaultForIt() {
    assertThatThrownBy(() -> Json.of(Light.class).read("\"AMBER\""))
        .isInstanceOf(SerdeException.class);
    JsonMapper lenient =
        JsonSerde.mapper()
            .rebuild()
            .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            .build();

    assertThat(Json.of(Light.class, JsonSerde.factory(lenient)).read("\"AMBER\""))
        .isEqualTo(Light.OTHER);
  }

  @Test
  void encode_nullAndEmptyOptional_areNull() {
    record Both(String text, Optional<String> optional) {}

    assertThat(Json.of(Both.class).write(new Both(null, Optional.empty())))
        .isEqualTo("{\"text\":null,\"optional\":null}");
  }

  @Test
  void encode_text_isPlainUtf8() {
    assertThat(Json.of(String.class).bytes("é😀/\"\n"))
        .isEqualTo("\"é😀/\\\"\\n\"".getBytes(UTF_8));
  }

  @Test
  void decode_whatWasEncoded_isEqual() {
    Order order =
        new Order(
            UUID.randomUUID(),
            List.of(new Line("a", 1), new Line("b", 2)),
            Map.of("a", new Line("a", 1)),
            Optional.of("as a gift"),
            Set.of(Color.RED, Color.GREEN));

    assertThat(Json.of(Order.class).copy(order)).isEqualTo(order);
  }

  @Test
  void decode_kindsOfASealedType_eachIsReadAsItsClass_withoutItsNameInTheJson() {
    Serde<Payment> serde = serdeOf(Payment.class);
    byte[] card = serde.encode(new Card("Ada"), (name, value) -> {});
    byte[] cash = serde.encode(new Cash(), (name, value) -> {});

    assertThat(card).asString(UTF_8).isEqualTo("{\"holder\":\"Ada\"}");
    assertThat(cash).asString(UTF_8).isEqualTo("{}");
    assertThat(serde.decode(card, Card.class, Headers.empty())).isEqualTo(new Card("Ada"));
    assertThat(serde.decode(cash, Cash.class, Headers.empty())).isEqualTo(new Cash());
  }

  @Test
  void decode_aSealedPart_goesByTheNamesOfItsAnnotation() {
    Drawing drawing = new Drawing(List.of(new Circle(1), new Square(2)));
    Json<Drawing> json = Json.of(Drawing.class);

    assertThat(json.write(drawing))
        .contains("\"@type\":\"JsonSerdeTest$Circle\"")
        .doesNotContain("dev.kafkaevents");
    assertThat(json.copy(drawing)).isEqualTo(drawing);
  }

  @Test
  void decode_aClassThatIsNoRecord_isFilledThroughSettersAndFields() {
    Account account = new Account();
    account.setOwner("Ada");
    account.balance = new BigDecimal("0.10");

    Account copy = Json.of(Account.class).copy(account);

    assertThat(copy.getOwner()).isEqualTo("Ada");
    assertThat(copy.balance).isEqualTo(new BigDecimal("0.10"));
  }

  static final class Account {
    private String owner = "nobody";
    public BigDecimal balance = BigDecimal.ZERO;

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }
  }

  @Test
  void decode_propertiesOfALaterVersion_areIgnored() {
    assertThat(
            Json.of(OrderPlaced.class)
                .read(
                    "{\"new\":{\"deep\":[1,{\"er\":null}]},\"orderId\":\"o-1\",\"total\":1,\"more\":[[]]}"))
        .isEqualTo(new OrderPlaced("o-1", BigDecimal.ONE));
  }

  @Test
  void decode_referencesThatAnEarlierVersionLacks_areNullOrEmpty() {
    record Later(
        String id, String added, Integer count, Optional<String> optional, List<String> list) {}

    assertThat(Json.of(Later.class).read("{\"id\":\"1\"}"))
        .isEqualTo(new Later("1", null, null, Optional.empty(), null));
  }

  @Test
  void decode_aPrimitiveThatAnEarlierVersionLacks_isRefused_notZero() {
    Json<Line> json = Json.of(Line.class);

    assertThatThrownBy(() -> json.read("{\"sku\":\"a\"}"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("a required property is missing, in quantity");
    assertThatThrownBy(() -> json.read("{\"sku\":\"a\",\"quantity\":null}"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("null instead of a value of int, in quantity");
  }

  @Test
  void decode_aPrimitiveDeclaredOptional_isItsDefault() {
    record Later(String id, @JsonProperty(isRequired = OptBoolean.FALSE) int added) {}

    assertThat(Json.of(Later.class).read("{\"id\":\"1\"}")).isEqualTo(new Later("1", 0));
  }

  @Test
  void decode_theOldNameOfAComponent_byItsAlias() {
    record Later(@JsonAlias("sku") String article) {}

    assertThat(Json.of(Later.class).read("{\"sku\":\"a\"}")).isEqualTo(new Later("a"));
    assertThat(Json.of(Later.class).write(new Later("a"))).isEqualTo("{\"article\":\"a\"}");
  }

  @Test
  void decode_aNumberOfAWiderType_isReadIfItFits() {
    record Narrow(int count) {}

    assertThat(Json.of(Narrow.class).read("{\"count\":2147483647}").count())
        .isEqualTo(Integer.MAX_VALUE);
    for (String wider : List.of("2147483648", "1.5")) {
      assertThatThrownBy(() -> Json.of(Narrow.class).read("{\"count\":" + wider + "}"))
          .isInstanceOf(SerdeException.class);
    }
  }

  @Test
  void decode_aPrimitiveThatIsOnlyRenamed_isStillRequired() {
    record Renamed(@JsonProperty("n") int number) {}

    assertThat(Json.of(Renamed.class).read("{\"n\":1}")).isEqualTo(new Renamed(1));
    assertThatThrownBy(() -> Json.of(Renamed.class).read("{}")).isInstanceOf(SerdeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, true",
    "application/vnd.acme.order+json, true",
    "application/problem+json, true",
    "application/cloudevents+json, false",
    "application/cloudevents-batch+json, false",
    "application/avro, false",
    "application/jsonl, false",
    "text/json, false",
    "text/plain+json, false",
    "application/json+xml, false"
  })
  void reads_jsonUnderAnyName_butNotStructuredMode(String contentType, boolean read) {
    assertThat(serdeOf(OrderPlaced.class).reads(contentType)).isEqualTo(read);
  }

  @Test
  void contentType_isJson() {
    assertThat(serdeOf(OrderPlaced.class).contentType()).isEqualTo("application/json");
  }

  @Test
  void factory_acceptsEveryTopic() {
    for (Class<?> type :
        List.of(Object.class, Runnable.class, byte[].class, String.class, Color.class, Map.class)) {
      assertThat(JsonSerde.factory().create(Topic.of("events", type)))
          .as(type.getName())
          .isNotNull();
    }
  }

  @Test
  void factory_withAMapper_usesIt() {
    JsonMapper pascal =
        JsonSerde.mapper()
            .rebuild()
            .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    Json<Line> json = Json.of(Line.class, JsonSerde.factory(pascal));

    assertThat(json.write(new Line("a", 1))).isEqualTo("{\"Sku\":\"a\",\"Quantity\":1}");
    assertThatThrownBy(() -> json.read("{\"Sku\":\"a\",\"Quantity\":1,\"secret\":1}"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("a property that " + Line.class.getName() + " does not have, in *")
        .hasMessageNotContaining("secret");
  }

  @Test
  void factory_withJacksonsOwnDefaults_refusesNullAllTheSame() {
    Json<Line> json = Json.of(Line.class, JsonSerde.factory(JsonMapper.shared()));

    assertThat(json.read("{\"sku\":\"a\"}")).isEqualTo(new Line("a", 0));
    assertThatThrownBy(() -> json.read("null")).isInstanceOf(SerdeException.class);
  }

  @SuppressWarnings("unchecked") // the serde was made for a topic of that type
  private static <T> Serde<T> serdeOf(Class<T> type) {
    return (Serde<T>) JsonSerde.factory().create(Topic.of("events", type));
  }
}
