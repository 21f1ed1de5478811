package dev.kafkaevents.serde.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Serde;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link #CANARY} is in every payload here that is refused. */
@Timeout(60)
class JsonSchemasTest {
  private static final String CANARY = "canary4711";

  record Order(String id, String mail, String at, BigDecimal total, List<Line> lines) {}

  record Line(String sku, int count, Map<String, String> notes) {}

  sealed interface Kind {
    record First(int a) implements Kind {}

    record Second(int b) implements Kind {}
  }

  private static final String SCHEMA =
      """
      {"type": "object", "required": ["id"], "additionalProperties": false,
       "properties": {
         "id": {"type": "string", "pattern": "^o-[0-9]+$", "maxLength": 20},
         "mail": {"type": ["string", "null"], "format": "email"},
         "at": {"type": ["string", "null"], "format": "date-time"},
         "total": {"type": ["number", "null"], "multipleOf": 0.01, "exclusiveMinimum": 0},
         "lines": {"type": ["array", "null"], "items": {"$ref": "#/$defs/line"}, "maxItems": 3}},
       "$defs": {"line": {"type": "object", "required": ["sku"],
         "properties": {"sku": {"type": "string"}, "count": {"minimum": 1},
           "notes": {"type": ["object", "null"],
             "additionalProperties": {"type": "string", "maxLength": 5}}}}}}""";

  private final Json<Order> checked =
      Json.of(Order.class, JsonSerde.factory(JsonSchemas.of(Order.class, SCHEMA)));

  private static Order order(String id, String mail, String total, Line... lines) {
    return new Order(id, mail, null, new BigDecimal(total), List.of(lines));
  }

  @Test
  void payloadThatMatches_isWrittenAndRead() {
    Order order = order("o-1", "a@example.com", "19.99", new Line("x", 1, Map.of("k", "v")));

    assertThat(checked.copy(order)).isEqualTo(order);
    assertThat(checked.write(order)).isEqualTo(Json.of(Order.class).write(order));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'lines':[{'sku':'canary4711'}]} | required at the top, by /required",
        "{'id':'canary4711'} | pattern at /id, by /properties/id/pattern",
        "{'id':4711} | type at /id, by /properties/id/type",
        "{'id':'o-1','mail':'canary4711'} | format at /mail, by /properties/mail/format",
        "{'id':'o-1','at':'canary4711'} | format at /at, by /properties/at/format",
        "{'id':'o-1','total':4711.001} | multipleOf at /total, by /properties/total/multipleOf",
        "{'id':'o-1','canary4711':1} | additionalProperties at the top, by /additionalProperties",
        "{'id':'o-1','lines':[{'sku':'a'},{'sku':'canary4711','count':0}]} | minimum at"
            + " /lines/1/count, by /properties/lines/items/$ref/properties/count/minimum",
        "{'id':'o-1','lines':[{'sku':'a','notes':{'canary4711':'canary4711'}}]} | maxLength at"
            + " /lines/0/notes/*, by"
            + " /properties/lines/items/$ref/properties/notes/additionalProperties/maxLength",
        "['canary4711'] | type at the top, by /type",
      })
  void delivered_thatDoesNotMatch_isUndecodable_toldByPlaceAndKeyword(
      String json, String expected) {
    SerdeException refused =
        catchThrowableOfType(
            SerdeException.class, () -> checked.read(json.replace('\'', '"').getBytes(UTF_8)));

    assertThat(refused)
        .hasMessage(
            "can't read "
                + Order.class.getName()
                + " from JSON: it does not match its JSON Schema: "
                + expected)
        .hasNoCause();
    assertThat(refused.getMessage()).doesNotContain(CANARY, "4711");
  }

  @Test
  void published_thatDoesNotMatch_isRefused() {
    SerdeException refused =
        catchThrowableOfType(
            SerdeException.class, () -> checked.write(order("o-1", CANARY, "1.00")));

    assertThat(refused)
        .hasMessage(
            "can't write "
                + Order.class.getName()
                + " as JSON: it does not match its JSON Schema: format at /mail, by"
                + " /properties/mail/format")
        .hasNoCause();
  }

  @Test
  void decimals_areCheckedExactly() {
    assertThat(checked.copy(order("o-1", null, "12345678901234567890.01")).total())
        .isEqualTo("12345678901234567890.01");
    assertThatThrownBy(() -> checked.write(order("o-1", null, "12345678901234567890.011")))
        .hasMessageContaining("multipleOf at /total");
  }

  @Test
  void malformedJson_isToldAsWithoutSchemas() {
    for (String json : List.of("", " ", "null", "{", "{\"id\":canary4711}", "{} x")) {
      assertThatThrownBy(() -> checked.read(json))
          .as(json)
          .isInstanceOf(SerdeException.class)
          .hasMessageNotContaining(CANARY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"strin\"}",
        "{\"required\": \"id\"}",
        "{\"properties\": [1]}",
        "{\"$ref\": \"#/$defs/missing\"}",
        "{\"$ref\": \"https://localhost:1/other.json\"}",
        "{\"$schema\": \"https://localhost:1/dialect\"}",
        "{\"pattern\": \"(\"}",
        "[]",
        "\"text\"",
        "{",
        ""
      })
  void schemaThatIsNone_isRefusedAtOnce(String schema) {
    assertThatThrownBy(() -> JsonSchemas.of(Order.class, schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the JSON Schema of " + Order.class.getName() + " can't be used: ");
  }

  @Test
  void schemaOfAnotherDialect_isReadAsWhatItSays() {
    String draft7 =
        """
        {"$schema": "http://json-schema.org/draft-07/schema#",
         "properties": {"id": {"$ref": "#/definitions/id"}}, "definitions": {"id": {"minLength": 3}}}""";
    Json<Order> json = Json.of(Order.class, JsonSerde.factory(JsonSchemas.of(Order.class, draft7)));

    assertThatThrownBy(() -> json.read("{\"id\":\"ab\"}")).hasMessageContaining("minLength at /id");
    assertThat(json.read("{\"id\":\"abc\"}").id()).isEqualTo("abc");
  }

  @Test
  void resourceBesideTheClass_isItsSchema() {
    JsonSchemas schemas =
        JsonSchemas.of(Line.class, "{}").withResource(Order.class, "order.schema.json");
    Json<Order> json = Json.of(Order.class, JsonSerde.factory(schemas));

    assertThatThrownBy(() -> json.read("{}")).hasMessageContaining("required at the top");
    assertThatThrownBy(() -> schemas.withResource(Order.class, "missing.json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no resource missing.json beside " + Order.class.getName());
  }

  @Test
  void topicsWithoutSchemas_areLeftToOthers_andHalvesAreRefused() {
    Serde.Factory factory = JsonSerde.factory(JsonSchemas.of(Kind.First.class, "{}"));

    assertThat(factory.create(Topic.of("orders", Order.class))).isNull();
    assertThat(factory.create(Topic.of("kinds", Kind.First.class))).isNotNull();
    assertThatThrownBy(() -> factory.create(Topic.of("kinds", Kind.class)))
        .isInstanceOf(EventsException.class)
        .hasMessage(
            "topic kinds has JSON Schemas for some of its payloads and none for ["
                + Kind.Second.class.getName()
                + "]; add them with JsonSchemas.with");
  }

  @Test
  void schemaOfASuperclass_holdsForThoseBelowIt_unlessTheyHaveOne() {
    JsonSchemas schemas =
        JsonSchemas.of(Kind.class, "{\"required\": [\"a\"]}")
            .with(Kind.Second.class, "{\"required\": [\"b\"]}");
    Serde.Factory factory = JsonSerde.factory(schemas);

    assertThat(factory.create(Topic.of("kinds", Kind.class))).isNotNull();
    assertThat(Json.of(Kind.First.class, factory).copy(new Kind.First(1)).a()).isEqualTo(1);
    assertThat(Json.of(Kind.Second.class, factory).copy(new Kind.Second(1)).b()).isEqualTo(1);
    assertThatThrownBy(() -> Json.of(Kind.Second.class, factory).read("{\"a\":1}"))
        .hasMessageContaining("required");
  }

  @Test
  void manyMismatches_costNoMoreThanOne() {
    Json<Order> json =
        Json.of(
            Order.class,
            JsonSerde.factory(
                JsonSchemas.of(
                    Order.class,
                    "{\"properties\": {\"lines\": {\"items\": {\"type\": \"object\"}}}}")));
    byte[] many = ("{\"lines\":[" + "1,".repeat(400_000) + "1]}").getBytes(UTF_8);
    long before = allocated();

    assertThatThrownBy(() -> json.read(many))
        .isInstanceOf(SerdeException.class)
        .message()
        .hasSizeLessThan(300);
    assertThat(allocated() - before).isLessThan(40 << 20);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  @Test
  void recursiveSchema_onDeepJson_endsInASerdeException() {
    Json<Order> json =
        Json.of(
            Order.class,
            JsonSerde.factory(
                JsonSchemas.of(Order.class, "{\"additionalProperties\": {\"$ref\": \"#\"}}")));

    assertThat(json.read("{\"n\":".repeat(99) + "{}" + "}".repeat(99))).isNotNull();
    assertThatThrownBy(() -> json.read("{\"n\":".repeat(200) + "{}" + "}".repeat(200)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("nested deeper than 100");
  }

  /** Without the optional dependency everything but this is there. */
  @Test
  void withoutTheValidator_jsonIsWrittenAndReadAsEver() throws Exception {
    URL[] ours = {
      JsonSerde.class.getProtectionDomain().getCodeSource().getLocation(),
      Bare.class.getProtectionDomain().getCodeSource().getLocation()
    };
    ClassLoader rest = JsonSchemasTest.class.getClassLoader();
    ClassLoader withoutValidator =
        new ClassLoader(ClassLoader.getPlatformClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("com.networknt.")
                || name.startsWith("dev.kafkaevents.serde.json.")) {
              throw new ClassNotFoundException(name);
            }
            return rest.loadClass(name);
          }
        };
    try (URLClassLoader loader = new URLClassLoader(ours, withoutValidator)) {
      Runnable bare =
          (Runnable) loader.loadClass(Bare.class.getName()).getConstructor().newInstance();

      assertThat(bare.getClass().getClassLoader()).isSameAs(loader);
      assertThatCode(bare::run).doesNotThrowAnyException();
    }
  }

  public static final class Bare implements Runnable {
    public record Text(String text) {}

    public Bare() {}

    @Override
    @SuppressWarnings("unchecked") // made for that topic
    public void run() {
      Serde<Text> serde = (Serde<Text>) JsonSerde.factory().create(Topic.of("texts", Text.class));
      byte[] bytes = serde.encode(new Text("x"), (name, value) -> {});
      if (!serde.decode(bytes, Text.class, dev.kafkaevents.Headers.empty()).equals(new Text("x"))) {
        throw new AssertionError("not what was written");
      }
      try {
        JsonSchemas.of(Text.class, "{}");
        throw new AssertionError("the validator is there");
      } catch (NoClassDefFoundError expected) {
        return;
      }
    }
  }
}
