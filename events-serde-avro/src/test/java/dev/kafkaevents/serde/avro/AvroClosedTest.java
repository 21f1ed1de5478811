package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Small;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever classes a schema names that came over the wire: none is loaded, and none is made. */
class AvroClosedTest {
  /** Told by itself if anybody so much as initializes it. */
  @SuppressWarnings("unused") // named by schemas
  static final class Trap {
    static {
      Trace.sprung = true;
    }

    public Trap() {}

    public Trap(String text) {}
  }

  static final class Trace {
    static volatile boolean sprung;
  }

  record Holder(String id, List<String> names, Map<String, Integer> counts) {}

  private static final String TRAP = "dev.kafkaevents.serde.avro.AvroClosedTest$Trap";

  private final InMemorySchemas schemas = new InMemorySchemas();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'string','java-class':'TRAP'}",
        "{'type':'map','values':'int','java-key-class':'TRAP'}",
        "{'type':'array','items':'int','java-class':'TRAP'}",
        "{'type':'array','items':'int','java-element-class':'TRAP'}",
        "{'type':'bytes','java-class':'TRAP'}",
        "{'type':'record','name':'Trap','namespace':'dev.kafkaevents.serde.avro.AvroClosedTest','fields':[]}",
        "{'type':'enum','name':'Trap','namespace':'dev.kafkaevents.serde.avro.AvroClosedTest','symbols':['A']}",
        "{'type':'fixed','name':'Trap','namespace':'dev.kafkaevents.serde.avro.AvroClosedTest','size':0}"
      })
  void classNamedByTheWriter_isNotTouched(String fieldType) {
    Schema field = Avro.schema(fieldType.replace("TRAP", TRAP));
    for (String name : List.of("Small", "dev.kafkaevents.serde.avro.generated.Small")) {
      Schema writer = Schema.createRecord(name, null, null, false);
      writer.setFields(
          List.of(
              new Schema.Field("trap", field),
              new Schema.Field("id", Schema.create(Schema.Type.STRING)),
              new Schema.Field("count", Schema.create(Schema.Type.INT))));
      byte[] bytes = written(writer, field);

      assertThat(Avro.of(Small.class, only(writer)).read(bytes)).isEqualTo(new Small("ab", 1));
      assertThat(Avro.of(GenericRecord.class, only(writer)).read(bytes).get("count")).isEqualTo(1);
    }
    assertThat(Trace.sprung).isFalse();
  }

  @Test
  void propertiesOfTheWriter_doNotChooseCollections() {
    Schema writer =
        Avro.schema(
            """
            {'type':'record','name':'Holder','fields':[
             {'name':'id','type':{'type':'string','java-class':'TRAP'}},
             {'name':'names','type':{'type':'array','items':'string','java-class':'TRAP'}},
             {'name':'counts','type':{'type':'map','values':'int','java-key-class':'TRAP'}}]}"""
                .replace("TRAP", TRAP));
    GenericRecord record =
        new GenericRecordBuilder(writer)
            .set("id", "a")
            .set("names", List.of("b"))
            .set("counts", Map.of("c", 1))
            .build();
    byte[] bytes = Avro.of(GenericRecord.class, schemas).write(record).value();

    assertThat(Avro.of(Holder.class, only(writer)).read(bytes))
        .isEqualTo(new Holder("a", List.of("b"), Map.of("c", 1)));
    assertThat(Trace.sprung).isFalse();
  }

  @Test
  void recordOfAnotherName_isNotTakenForTheEventClass_unlessItFits() {
    Schema other =
        Avro.schema("{'type':'record','name':'Other','fields':[{'name':'x','type':'string'}]}");
    byte[] bytes =
        Avro.of(GenericRecord.class, schemas)
            .write(new GenericRecordBuilder(other).set("x", "secret").build())
            .value();

    assertThatThrownBy(() -> Avro.of(Small.class, only(other)).read(bytes))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("Other")
        .hasMessageNotContaining("secret");
  }

  private byte[] written(Schema writer, Schema field) {
    Object value =
        switch (field.getType()) {
          case STRING -> "text";
          case MAP -> Map.of("k", 1);
          case ARRAY -> List.of(1);
          case BYTES -> ByteBuffer.allocate(1);
          case RECORD -> new GenericData.Record(field);
          case ENUM -> new GenericData.EnumSymbol(field, "A");
          case FIXED -> new GenericData.Fixed(field, new byte[0]);
          default -> throw new AssertionError(field);
        };
    GenericRecord record =
        new GenericRecordBuilder(writer).set("trap", value).set("id", "ab").set("count", 1).build();
    return Avro.of(GenericRecord.class, new InMemorySchemas()).write(record).value();
  }

  /** A registry that a stranger has written into. */
  private static Schemas only(Schema schema) {
    return new OneSchema(RegisteredSchema.of(1, schema));
  }
}
