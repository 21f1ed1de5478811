package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Card;
import dev.kafkaevents.serde.avro.generated.Cash;
import dev.kafkaevents.serde.avro.generated.Hash;
import dev.kafkaevents.serde.avro.generated.Kind;
import dev.kafkaevents.serde.avro.generated.Line;
import dev.kafkaevents.serde.avro.generated.Order;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.serde.avro.generated.Timed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

/** Every kind of event class, there and back. The JVM has no property that would allow a class. */
class AvroRecordsTest {
  record Placed(
      String id,
      int count,
      byte small,
      BigDecimal total,
      Instant at,
      UUID key,
      Optional<String> note,
      List<Item> items,
      Set<String> tags,
      Map<String, Item> bySku,
      long[] numbers,
      byte[] blob,
      Level level) {}

  record Item(String sku, double weight, boolean gift) {}

  enum Level {
    LOW,
    HIGH
  }

  static final class Bean {
    String name = "";
    List<Item> items = List.of();
    Level level = Level.LOW;
  }

  record Fussy(int positive) {
    Fussy {
      if (positive < 1) {
        throw new IllegalArgumentException("secret " + positive);
      }
    }
  }

  private final InMemorySchemas schemas = new InMemorySchemas();

  static Order order() {
    return Order.newBuilder()
        .setId("o-1")
        .setCount(-3)
        .setSize(1L << 40)
        .setRatio(0.5f)
        .setWeight(1e-9)
        .setGift(true)
        .setNote("é😀")
        .setBlob(ByteBuffer.wrap(new byte[] {1, 2}))
        .setHash(new Hash(new byte[] {1, 2, 3, 4}))
        .setKind(Kind.LARGE)
        .setLines(List.of(new Line("a", 1), new Line("b", 2)))
        .setBySku(Map.of("a", new Line("a", 1)))
        .setPayment(new Card("someone"))
        .setParent(null)
        .build();
  }

  @Test
  void generatedRecord_withEveryKindOfField() {
    Avro<Order> avro = Avro.of(Order.class, schemas);
    Order nested = order();
    nested.setParent(order());
    nested.setPayment(new Cash());

    assertThat(avro.copy(order())).isEqualTo(order());
    assertThat(avro.copy(nested)).isEqualTo(nested);
    assertThat(avro.copy(order()).getBySku().keySet().iterator().next()).isInstanceOf(String.class);
  }

  @Test
  void generatedRecord_withLogicalTypes() {
    Timed timed =
        Timed.newBuilder()
            .setAt(Instant.ofEpochSecond(1, 1_000))
            .setDay(LocalDate.of(2024, 2, 29))
            .setTotal(new BigDecimal("9.90"))
            .setKey(new UUID(1, 2))
            .setMaybe(Instant.ofEpochMilli(3))
            .setDays(List.of(LocalDate.EPOCH))
            .build();

    assertThat(Avro.of(Timed.class, schemas).copy(timed)).isEqualTo(timed);
  }

  @Test
  void genericRecord_comesAsItWasWritten() {
    Schema schema = new Schema.Parser().parse(JavaProperties.without(Small.getClassSchema()));
    GenericRecord record = new GenericRecordBuilder(schema).set("id", "ab").set("count", 1).build();
    Avro<GenericRecord> avro = Avro.of(GenericRecord.class, schemas);

    assertThat(avro.copy(record)).isEqualTo(record).isInstanceOf(GenericData.Record.class);
    assertThat(avro.hex(record)).isEqualTo(Avro.of(Small.class, schemas).hex(new Small("ab", 1)));
  }

  @Test
  void javaRecord_hasTheFieldsOfItsSchema_inTheOrderOfTheirNames() {
    Avro.of(Item.class, schemas).write(new Item("a", 0.5, true));

    assertThat(schemas.latest("events-value").schema().getFields())
        .extracting(Schema.Field::name)
        .containsExactly("gift", "sku", "weight");
  }

  @Test
  void javaRecord_needsNoAnnotationAndNoOtherConstructor() {
    Placed placed =
        new Placed(
            "o-1",
            3,
            (byte) 4,
            new BigDecimal("9.900"),
            Instant.ofEpochSecond(1, 1_000),
            new UUID(1, 2),
            Optional.of("note"),
            List.of(new Item("a", 0.5, true)),
            Set.of("x", "y"),
            Map.of("a", new Item("b", 1, false)),
            new long[] {1, 2},
            new byte[] {3},
            Level.HIGH);

    Placed copy = Avro.of(Placed.class, schemas).copy(placed);

    assertThat(copy).usingRecursiveComparison().isEqualTo(placed);
    assertThat(schemas.latest("events-value").schema().toString())
        .doesNotContain("java-class", "java-element-class");
  }

  record Numbers(
      List<BigDecimal> list,
      Map<String, BigInteger> map,
      Optional<BigDecimal> maybe,
      URI[] links,
      Set<BigInteger> set) {}

  static final class Account {
    BigDecimal balance = BigDecimal.ZERO;
  }

  @Test
  void bigNumbers_areNumbersWhereverTheyStand() {
    Numbers numbers =
        new Numbers(
            List.of(new BigDecimal("9.90"), new BigDecimal("1E+400")),
            Map.of("a", BigInteger.TEN.pow(100)),
            Optional.of(new BigDecimal("0.10")),
            new URI[] {URI.create("urn:a"), URI.create("https://acme.com/b")},
            Set.of(BigInteger.ONE));
    Account account = new Account();
    account.balance = new BigDecimal("-0.00");

    assertThat(Avro.of(Numbers.class, schemas).copy(numbers))
        .usingRecursiveComparison()
        .isEqualTo(numbers);
    assertThat(Avro.of(Account.class, new InMemorySchemas()).copy(account).balance)
        .isEqualTo(account.balance);
  }

  record Total(BigInteger total) {}

  private static final class AsText {
    record Total(String total) {}
  }

  @Test
  void bigNumber_longerThanAnyoneMeans_isRefusedBothWays() {
    Total longest = new Total(new BigInteger("9".repeat(16_384)));
    Avro<Total> avro = Avro.of(Total.class, schemas);

    assertThat(avro.copy(longest)).isEqualTo(longest);
    assertThatThrownBy(() -> avro.write(new Total(longest.total().multiply(BigInteger.TEN))))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("a value");
    byte[] million =
        Avro.of(AsText.Total.class, schemas).write(new AsText.Total("9".repeat(1_000_000))).value();
    assertThatThrownBy(() -> avro.read(million))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("a value that the schema does not allow");
  }

  record Lists(List<Integer> counts, String[] texts) {}

  @Test
  void listInSeveralBlocks_isOne() {
    Avro<Lists> avro = Avro.of(Lists.class, schemas);
    String oneBlock = avro.hex(new Lists(List.of(1, 2), new String[] {"a", "b"}));
    assertThat(oneBlock).isEqualTo("0000000001" + "04020400" + "040261026200");

    Lists read = avro.read("0000000001" + "02020204" + "00" + "020261" + "01040262" + "00");
    assertThat(read.texts()).containsExactly("a", "b");
    assertThat(read.counts()).containsExactly(1, 2);
  }

  @Test
  void plainClass_isReadThroughItsFields() {
    Bean bean = new Bean();
    bean.name = "b";
    bean.items = List.of(new Item("a", 0.5, true));
    bean.level = Level.HIGH;

    assertThat(Avro.of(Bean.class, schemas).copy(bean)).usingRecursiveComparison().isEqualTo(bean);
  }

  @Test
  void olderVersion_getsTheDefaultsOfTheEventClass_byName() {
    Schema older =
        Avro.schema(
            """
            {'type':'record','name':'Small','namespace':'dev.kafkaevents.serde.avro.generated',
             'fields':[{'name':'gone','type':'long'},{'name':'id','type':'string'}]}""");
    GenericRecord written = new GenericRecordBuilder(older).set("id", "ab").set("gone", 5L).build();
    Avro.Written bytes = Avro.of(GenericRecord.class, schemas).write(written);

    assertThat(Avro.of(Small.class, schemas).read(bytes)).isEqualTo(new Small("ab", 7));
  }

  @Test
  void widerNumber_isRead_andTheOtherWayRound_isRefusedWithThePlace() {
    record Narrow(int n) {}
    record Wide(long n) {}
    Schema narrow =
        Avro.schema("{'type':'record','name':'R','fields':[{'name':'n','type':'int'}]}");
    Schema wide = Avro.schema("{'type':'record','name':'R','fields':[{'name':'n','type':'long'}]}");
    Avro<GenericRecord> generic = Avro.of(GenericRecord.class, schemas);
    Avro.Written five = generic.write(new GenericRecordBuilder(narrow).set("n", 5).build());
    Avro.Written six = generic.write(new GenericRecordBuilder(wide).set("n", 6L).build());

    assertThat(Avro.of(Wide.class, schemas).read(five)).isEqualTo(new Wide(5));
    assertThatThrownBy(() -> Avro.of(Narrow.class, schemas).read(six))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("Narrow")
        .hasMessageContaining("TYPE_MISMATCH");
  }

  @Test
  void fieldThatMayNotBeNull_isNamedByNothingOfThePayload() {
    Avro<Placed> avro = Avro.of(Placed.class, schemas);
    Placed placed =
        new Placed(
            "secret",
            1,
            (byte) 1,
            null,
            null,
            null,
            Optional.empty(),
            null,
            null,
            null,
            null,
            null,
            null);

    assertThatThrownBy(() -> avro.write(placed))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("Placed")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void recordThatRefusesItsComponents_isRefused_withoutWhatItSays() {
    Schema schema =
        Avro.schema("{'type':'record','name':'Fussy','fields':[{'name':'positive','type':'int'}]}");
    Avro.Written written =
        Avro.of(GenericRecord.class, schemas)
            .write(new GenericRecordBuilder(schema).set("positive", -4).build());

    assertThatThrownBy(() -> Avro.of(Fussy.class, schemas).read(written))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("IllegalArgumentException")
        .hasMessageNotContaining("secret");
  }

  @Test
  void sealedTopic_hasASubjectForEachRecord() {
    Avro<Payment> avro =
        Avro.of(
            Payment.class, schemas, AvroOptions.register().withNaming(SubjectNaming.TOPIC_RECORD));
    Avro.Written paid = avro.write(new ByCard("h"));
    avro.write(new ByCash(5));

    assertThat(Avro.of(ByCard.class, schemas).read(paid)).isEqualTo(new ByCard("h"));
    String name = "dev.kafkaevents.serde.avro.AvroRecordsTest.By";
    assertThat(schemas.latest("events-" + name + "Card").id()).isEqualTo(1);
    assertThat(schemas.latest("events-" + name + "Cash").id()).isEqualTo(2);
  }

  sealed interface Payment permits ByCard, ByCash {}

  record ByCard(String holder) implements Payment {}

  record ByCash(int amount) implements Payment {}

  @Test
  void namingByRecord_ofWhatIsNoRecord_isRefused() {
    Avro<String> avro =
        Avro.of(String.class, schemas, AvroOptions.register().withNaming(SubjectNaming.RECORD));

    assertThatThrownBy(() -> avro.write("x"))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("SubjectNaming.TOPIC");
  }
}
