package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.spi.Serde;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which schema an event is written with. */
class AvroWritingTest {
  private static final String SUBJECT = "events-value";
  private static final String SMALL =
      "{'type':'record','name':'Small','namespace':'dev.kafkaevents.serde.avro.generated','fields':[%s]}";

  private final InMemorySchemas schemas = new InMemorySchemas();

  private static Schema small(String fields) {
    return Avro.schema(SMALL.formatted(fields));
  }

  @Test
  void lookup_registersNothing() {
    Avro<Small> avro = Avro.of(Small.class, schemas, AvroOptions.lookup());

    assertThatThrownBy(() -> avro.write(new Small("ab", 1)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining(SUBJECT);
    schemas.register(SUBJECT, Small.getClassSchema());
    assertThat(avro.hex(new Small("ab", 1))).isEqualTo("0000000001" + "04616202");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "field appended;"
            + "{'name':'id','type':'string'},{'name':'count','type':'int'},{'name':'x','type':'int','default':3};"
            + "04616202"
            + "06",
        "field inserted;"
            + "{'name':'x','type':'int','default':3},{'name':'id','type':'string'},{'name':'count','type':'int'};"
            + "06"
            + "04616202",
        "order turned;{'name':'count','type':'int'},{'name':'id','type':'string'};"
            + "02"
            + "046162",
        "number widened;{'name':'id','type':'string'},{'name':'count','type':'double'};"
            + "046162"
            + "000000000000f03f",
        "field renamed;"
            + "{'name':'key','aliases':['id'],'type':'string'},{'name':'count','type':'int'};"
            + "04616202",
        "field nullable;"
            + "{'name':'id','type':['null','string']},{'name':'count','type':'int'};"
            + "02"
            + "04616202"
      })
  void latest_isWrittenByName(String what, String fields, String hex) {
    schemas.register(SUBJECT, small(fields));

    assertThat(Avro.of(Small.class, schemas, AvroOptions.latest()).hex(new Small("ab", 1)))
        .as(what)
        .isEqualTo("0000000001" + hex);
    assertThat(Avro.of(Small.class, schemas, AvroOptions.fixedId(1)).hex(new Small("ab", 1)))
        .isEqualTo("0000000001" + hex);
  }

  @Test
  void latest_followsTheRegistry() {
    schemas.register(SUBJECT, Small.getClassSchema());
    Avro<Small> avro = Avro.of(Small.class, schemas, AvroOptions.latest());
    assertThat(avro.hex(new Small("ab", 1))).startsWith("0000000001");

    schemas.register(
        SUBJECT,
        small(
            "{'name':'x','type':'int','default':0},{'name':'id','type':'string'},{'name':'count','type':'int'}"));
    assertThat(avro.hex(new Small("ab", 1))).isEqualTo("0000000002" + "00" + "04616202");
  }

  @Test
  void latest_withoutAPlaceForAField_isRefused_notCutOff() {
    schemas.register(SUBJECT, small("{'name':'id','type':'string'}"));

    assertThatThrownBy(
            () -> Avro.of(Small.class, schemas, AvroOptions.latest()).write(new Small("ab", 1)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("Small.count")
        .hasMessageContaining("register the schema of the event class first");
  }

  @Test
  void latest_withAFieldThatNothingFills_isRefused() {
    schemas.register(
        SUBJECT,
        small(
            "{'name':'id','type':'string'},{'name':'count','type':'int'},{'name':'x','type':'int'}"));

    assertThatThrownBy(
            () -> Avro.of(Small.class, schemas, AvroOptions.latest()).write(new Small("ab", 1)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
  }

  @Test
  void schemaWithRules_isRefused_whateverItIsWrittenWith() {
    Schemas ruled =
        new OneSchema(
            RegisteredSchema.of(1, Small.getClassSchema()).withRules(List.of("encryptPII")));
    for (AvroOptions options :
        new AvroOptions[] {
          AvroOptions.register(), AvroOptions.lookup(), AvroOptions.latest(), AvroOptions.fixedId(1)
        }) {
      assertThatThrownBy(() -> Avro.of(Small.class, ruled, options).write(new Small("ab", 1)))
          .isInstanceOf(SerdeException.class)
          .hasMessageContaining("encryptPII");
    }
  }

  @Test
  void moreSchemasThanAreKept_areStillWrittenAndRead() {
    Avro<GenericRecord> avro =
        Avro.of(
            GenericRecord.class,
            schemas,
            AvroOptions.register().withNaming((topic, schema) -> schema.getName()));
    for (int i = 0; i < 1_100; i++) {
      Schema schema =
          Avro.schema(
              "{'type':'record','name':'R%s','fields':[{'name':'a','type':'int'}]}".formatted(i));
      GenericRecord record = new GenericData.Record(schema);
      record.put("a", i);
      assertThat(avro.copy(record)).isEqualTo(record);
    }
  }

  /** As the core does it: the content type on the record says which serde reads. */
  @Test
  void topicThatMovesFromAnotherFormat_isReadByContentType() {
    Serde<?> avro = AvroSerde.factory(schemas).create(Topic.of("events", Small.class));

    assertThat(avro.reads("application/json")).isFalse();
    assertThat(avro.reads(Serde.mediaType(avro.contentType()))).isTrue();
    assertThatThrownBy(
            () ->
                Avro.of(Small.class, schemas)
                    .read(new Avro.Written("{}".getBytes(UTF_8), Headers.empty())))
        .hasMessageContaining("a serde for JSON reads");
    assertThat(schemas.incompatibilities("none-" + UUID.randomUUID(), Small.getClassSchema()))
        .isEmpty();
  }
}
