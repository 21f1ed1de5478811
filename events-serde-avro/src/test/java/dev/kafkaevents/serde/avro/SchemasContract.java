package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Order;
import dev.kafkaevents.serde.avro.generated.Small;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

/** What whatever keeps schemas has to do, in memory or behind a server, ours or others'. */
abstract class SchemasContract {
  static final Schema V1 =
      Avro.schema("{'type':'record','name':'R','fields':[{'name':'a','type':'int'}]}");
  static final Schema V2 =
      Avro.schema(
          """
          {'type':'record','name':'R','fields':[{'name':'b','type':'string','default':'x'},
           {'name':'a','type':'int'}]}""");
  static final Schema INCOMPATIBLE =
      Avro.schema(
          """
          {'type':'record','name':'R','fields':[{'name':'a','type':'int'},
           {'name':'c','type':'int'}]}""");

  /** Unlike any of another test, where the registry outlives it. */
  private final String subject = "contract-" + UUID.randomUUID() + "-value";

  /** The same at each call. */
  abstract Schemas schemas();

  /** Whether it gives GUIDs. */
  boolean hasGuids() {
    return true;
  }

  @Test
  void registered_isFoundById_byText_andAsTheLatest() {
    RegisteredSchema registered = schemas().register(subject, V1);

    assertThat(schemas().byId(registered.id()).schema()).isEqualTo(V1);
    assertThat(schemas().lookup(subject, V1).id()).isEqualTo(registered.id());
    assertThat(schemas().latest(subject).id()).isEqualTo(registered.id());
    assertThat(schemas().latest(subject).schema()).isEqualTo(V1);
    assertThat(registered.rules()).isEmpty();
  }

  @Test
  void registeredTwice_isTheSame() {
    int id = schemas().register(subject, V1).id();

    assertThat(schemas().register(subject, V1).id()).isEqualTo(id);
    assertThat(schemas().register(subject + "2", V1).id()).isEqualTo(id);
  }

  @Test
  void nextVersion_isTheLatest_andTheEarlierOneStays() {
    int first = schemas().register(subject, V1).id();
    int second = schemas().register(subject, V2).id();

    assertThat(second).isNotEqualTo(first);
    assertThat(schemas().latest(subject).id()).isEqualTo(second);
    assertThat(schemas().byId(first).schema()).isEqualTo(V1);
    assertThat(schemas().lookup(subject, V1).id()).isEqualTo(first);
  }

  @Test
  void incompatibleVersion_isRefused_andNamesTheSubject() {
    schemas().register(subject, V1);

    assertThatThrownBy(() -> schemas().register(subject, INCOMPATIBLE))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining(subject);
    assertThat(schemas().latest(subject).schema()).isEqualTo(V1);
  }

  @Test
  void compatibility_isToldWithoutRegistering() {
    assertThat(schemas().incompatibilities(subject, V1)).isEmpty();
    schemas().register(subject, V1);

    assertThat(schemas().incompatibilities(subject, V2)).isEmpty();
    assertThat(schemas().incompatibilities(subject, INCOMPATIBLE)).isNotEmpty();
    assertThatThrownBy(() -> schemas().lookup(subject, V2)).isInstanceOf(SerdeException.class);
  }

  @Test
  void whatIsUnknown_isANo_andNotAnOutage() {
    schemas().register(subject, V1);

    assertThatThrownBy(() -> schemas().byId(1_000_000)).isInstanceOf(SerdeException.class);
    assertThatThrownBy(() -> schemas().byGuid(new UUID(1, 2))).isInstanceOf(SerdeException.class);
    assertThatThrownBy(() -> schemas().latest(subject + "-none"))
        .isInstanceOf(SerdeException.class);
    assertThatThrownBy(() -> schemas().lookup(subject + "-none", V1))
        .isInstanceOf(SerdeException.class);
    assertThatThrownBy(() -> schemas().lookup(subject, V2)).isInstanceOf(SerdeException.class);
  }

  @Test
  void guid_namesTheSchema() {
    RegisteredSchema registered = schemas().byId(schemas().register(subject, V1).id());

    if (hasGuids()) {
      assertThat(schemas().byGuid(registered.guid()).schema()).isEqualTo(V1);
    } else {
      assertThat(registered.guid()).isNull();
    }
  }

  @Test
  void propertiesForJava_areNotRegistered() {
    int id = schemas().register(subject, Small.getClassSchema()).id();

    assertThat(schemas().byId(id).schema().toString()).doesNotContain("avro.java.string");
    Schema plain = new Schema.Parser().parse(JavaProperties.without(Small.getClassSchema()));
    assertThat(schemas().lookup(subject, plain).id()).isEqualTo(id);
  }

  @Test
  void subject_mayHaveAnyCharacter() {
    String odd = subject + "/a b+c%2Fd?é";
    int id = schemas().register(odd, V1).id();

    assertThat(schemas().latest(odd).id()).isEqualTo(id);
  }

  @Test
  void everyKindOfEvent_goesThroughIt() {
    AvroOptions options = AvroOptions.register().withNaming((topic, s) -> subject + s.getName());
    GenericRecord generic = new GenericRecordBuilder(V1).set("a", 5).build();

    Avro<Order> orders = Avro.of(Order.class, schemas(), options);
    assertThat(orders.copy(AvroRecordsTest.order())).isEqualTo(AvroRecordsTest.order());
    Avro<GenericRecord> records = Avro.of(GenericRecord.class, schemas(), options);
    assertThat(records.copy(generic)).isEqualTo(generic);
    Avro<String> texts = Avro.of(String.class, schemas(), options);
    assertThat(texts.copy("text")).isEqualTo("text");
    Avro<byte[]> bytes = Avro.of(byte[].class, schemas(), options);
    assertThat(bytes.copy(new byte[] {1})).containsExactly(1);
    int id = schemas().lookup(subject + "Order", Order.getClassSchema()).id();
    assertThat(SchemaNormalization.toParsingForm(schemas().byId(id).schema()))
        .isEqualTo(SchemaNormalization.toParsingForm(Order.getClassSchema()));
  }
}
