package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.serde.avro.generated.Order;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Side by side with Confluent's own serializers 7.0.1, on one registry: the same bytes, both ways.
 */
class ConfluentInteropTest {
  private static final String TOPIC = "events";

  private final TestRegistry server = TestRegistry.start();
  private final SchemaRegistry registry = SchemaRegistry.builder(server.url()).build();
  private Confluent confluent;

  @BeforeEach
  void open() throws Exception {
    confluent = confluent(Map.of());
  }

  private Confluent confluent(Map<String, Object> more) throws Exception {
    Map<String, Object> settings = new HashMap<>(Map.of("schema.registry.url", server.url()));
    settings.putAll(more);
    return new Confluent(settings);
  }

  @AfterEach
  void close() throws Exception {
    confluent.close();
    server.close();
  }

  private static Schema plain(Schema schema) {
    return new Schema.Parser().parse(JavaProperties.without(schema));
  }

  private <T extends SpecificRecord> void bothWays(Class<T> type, T payload) throws Exception {
    Avro<T> ours = Avro.of(type, registry);
    Schema schema = plain(payload.getSchema());
    byte[] value = ours.write(payload).value();
    String json = (String) confluent.read(TOPIC, value);
    byte[] theirs = confluent.write(TOPIC, schema.toString(), json);

    assertThat(theirs).isEqualTo(value);
    assertThat(ours.read(theirs)).isEqualTo(payload);
    Avro<GenericRecord> generic = Avro.of(GenericRecord.class, registry);
    assertThat(ConfluentSide.json(schema, generic.read(theirs))).isEqualTo(json);
    assertThat(generic.write(generic.read(theirs)).value()).isEqualTo(theirs);
  }

  @Test
  void recordWithEveryKindOfField() throws Exception {
    Order order = AvroRecordsTest.order();
    order.setParent(AvroRecordsTest.order());
    bothWays(Order.class, order);
  }

  @Test
  void smallRecord() throws Exception {
    bothWays(Small.class, new Small("", -1));
  }

  @Test
  void oneValue() throws Exception {
    for (Object payload : List.of("text é", "", 1, -1L, 0.5f, 1e-9, true, new byte[] {1, 2, 3})) {
      bothWays(payload, TOPIC + payload.getClass().getSimpleName().replace("[]", "s"));
    }
  }

  @SuppressWarnings("unchecked") // the class of the payload
  private <T> void bothWays(T payload, String name) throws Exception {
    Avro<T> ours =
        Avro.of(
            (Class<T>) payload.getClass(),
            registry,
            AvroOptions.register().withNaming((topic, schema) -> name + "-value"));
    byte[] theirs = confluent.write(name, payload);

    assertThat(ours.write(payload).value()).isEqualTo(theirs);
    assertThat(ours.read(theirs)).isEqualTo(payload);
    assertThat(confluent.read(name, ours.write(payload).value())).isEqualTo(payload);
  }

  @Test
  void plainJavaRecord_isReadByThem() throws Exception {
    record Plain(String id, List<Integer> numbers) {}
    byte[] value = Avro.of(Plain.class, registry).write(new Plain("a", List.of(1, 2))).value();

    assertThat(confluent.read(TOPIC, value)).isEqualTo("{\"id\":\"a\",\"numbers\":[1,2]}");
  }

  @Test
  void theirOlderVersion_isReadIntoOurNewerClass() throws Exception {
    byte[] older =
        confluent.write(
            TOPIC,
            """
            {"type":"record","name":"Small","namespace":"dev.kafkaevents.serde.avro.generated",
             "fields":[{"name":"id","type":"string"}]}""",
            "{\"id\":\"ab\"}");

    assertThat(Avro.of(Small.class, registry).read(older)).isEqualTo(new Small("ab", 7));
  }

  @Test
  void subjectsNamedByRecord_areTheSame() throws Exception {
    String strategies = "io.confluent.kafka.serializers.subject.";
    Map<String, SubjectNaming> namings =
        Map.of(
            "TopicNameStrategy", SubjectNaming.TOPIC,
            "RecordNameStrategy", SubjectNaming.RECORD,
            "TopicRecordNameStrategy", SubjectNaming.TOPIC_RECORD);
    for (Map.Entry<String, SubjectNaming> naming : namings.entrySet()) {
      String theirs = strategies + naming.getKey();
      try (Confluent named = confluent(Map.of("value.subject.name.strategy", theirs))) {
        byte[] value =
            named.write(
                TOPIC, plain(Small.getClassSchema()).toString(), "{\"id\":\"ab\",\"count\":1}");
        Avro<Small> ours =
            Avro.of(Small.class, registry, AvroOptions.lookup().withNaming(naming.getValue()));
        assertThat(ours.write(new Small("ab", 1)).value()).isEqualTo(value);
      }
    }
  }

  @Test
  void latestVersion_writtenByName_isReadByThem() throws Exception {
    Schema later =
        Avro.schema(
            """
            {'type':'record','name':'Small','namespace':'dev.kafkaevents.serde.avro.generated',
             'fields':[{'name':'first','type':'string','default':'x'},
              {'name':'count','type':'long'},{'name':'id','type':'string'}]}""");
    registry.register("events-value", later);
    byte[] value =
        Avro.of(Small.class, registry, AvroOptions.latest()).write(new Small("ab", 1)).value();

    assertThat(confluent.read(TOPIC, value))
        .isEqualTo("{\"first\":\"x\",\"count\":1,\"id\":\"ab\"}");
  }

  @Test
  void unionOfSeveralEvents_isWrittenAndReadByBoth() throws Exception {
    Schema union =
        Avro.schema(
            """
            [{'type':'record','name':'A','fields':[{'name':'a','type':'int'}]},
             {'type':'record','name':'B','fields':[{'name':'b','type':'int'}]}]""");
    registry.register("events-value", union);
    GenericData.Record b = new GenericRecordBuilder(union.getTypes().get(1)).set("b", 5).build();
    Avro<GenericRecord> ours = Avro.of(GenericRecord.class, registry, AvroOptions.latest());
    byte[] value = ours.write(b).value();

    assertThat(confluent.read(TOPIC, value)).isEqualTo("{\"b\":5}");
    try (Confluent latest =
        confluent(Map.of("auto.register.schemas", false, "use.latest.version", true))) {
      byte[] theirs = latest.write(TOPIC, union.getTypes().get(1).toString(), "{\"b\":5}");
      assertThat(value).isEqualTo(theirs);
      assertThat(ours.read(theirs)).isEqualTo(b);
    }
  }
}
