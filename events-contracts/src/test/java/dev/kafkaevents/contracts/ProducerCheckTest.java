package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProducerCheckTest {
  private static final Contract ORDERS = Contract.onClassPath("contracts/order-placed");
  private static final String ID = "6a3c5e30-1b1c-4c39-9d6f-0d9a1f6a2b11";

  /** A record that is right, to be changed. */
  private record Published(String key, String value, int partition, RecordHeaders headers) {
    static Published minimal() {
      return new Published(
          ID, "{\"orderId\": \"" + ID + "\", \"total\": 1}", -1, headers("OrderPlaced"));
    }

    static RecordHeaders headers(String type) {
      RecordHeaders headers = new RecordHeaders();
      headers.add("ce_type", type.getBytes(UTF_8));
      headers.add("ce_id", "e-1".getBytes(UTF_8));
      return headers;
    }

    static Published full() {
      return minimal()
          .withValue(
              "{\"orderId\": \"%s\", \"total\": 1, \"discount\": 2, \"lines\": [{\"sku\": \"x\", \"quantity\": 1}, {\"sku\": \"y\", \"quantity\": 2}]}"
                  .formatted(ID));
    }

    Published withValue(String value) {
      return new Published(key, value, partition, headers);
    }

    Published withKey(String key) {
      return new Published(key, value, partition, headers);
    }

    Published onPartition(int partition) {
      return new Published(key, value, partition, headers);
    }

    Published with(UnaryOperator<RecordHeaders> change) {
      return new Published(key, value, partition, change.apply(new RecordHeaders(headers)));
    }

    ConsumerRecord<byte[], byte[]> record() {
      byte[] bytes = key == null ? null : key.getBytes(UTF_8);
      int by = key == null ? 0 : Utils.toPositive(Utils.murmur2(bytes)) % ORDERS.partitions();
      return new ConsumerRecord<>(
          "orders",
          partition < 0 ? by : partition,
          7,
          0,
          TimestampType.CREATE_TIME,
          0,
          0,
          bytes,
          value == null ? null : value.getBytes(UTF_8),
          headers,
          Optional.empty());
    }
  }

  private static List<String> problems(Published... published) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Published each : published) {
      records.add(each.record());
    }
    return ProducerCheck.of(ORDERS).problems(records);
  }

  /** The problem of a record among two that are right. */
  private static String problem(Published wrong) {
    assertThat(problems(Published.minimal(), Published.full())).isEmpty();
    List<String> problems = problems(Published.minimal(), Published.full(), wrong);
    assertThat(problems).hasSize(1);
    return problems.get(0);
  }

  @Test
  void noRecord_isAFailure() {
    assertThatThrownBy(() -> ProducerCheck.of(ORDERS).verify(List.of()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("topic orders")
        .hasMessageContaining("nothing was published there, so nothing was judged");
  }

  @Test
  void aField_thatTheSchemaDoesNotName_isAProblem() {
    assertThat(
            problem(
                Published.minimal()
                    .withValue("{\"orderId\": \"" + ID + "\", \"total\": 1, \"x\": 1}")))
        .contains("@7 is not valid in v2: /x:");
    assertThat(
            problems(
                Published.minimal(),
                Published.full()
                    .withValue(Published.full().value().replace("\"sku\"", "\"sku \""))))
        .anySatisfy(problem -> assertThat(problem).contains("/lines/0/sku:"))
        .anySatisfy(problem -> assertThat(problem).contains("/lines/0/sku :"));
  }

  @Test
  void aFormat_isAsserted() {
    assertThat(
            problems(
                Published.minimal()
                    .withKey("o-1")
                    .withValue("{\"orderId\": \"o-1\", \"total\": 1}"),
                Published.minimal(),
                Published.full()))
        .anySatisfy(problem -> assertThat(problem).contains("is not valid in v2: /orderId"))
        .anySatisfy(
            problem -> assertThat(problem).contains("has a key that is not of format uuid"));
  }

  @Test
  void aValueThatIsNotJson_isAProblem() {
    assertThat(problem(Published.minimal().withValue("{")))
        .contains("is not readable: value:1: is not JSON");
  }

  @Test
  void theKey_isThatOfTheField() {
    assertThat(problem(Published.minimal().withKey("0b51a2f4-7a5e-44a4-8f0c-3f4ad9c1e822")))
        .contains("has a key that is not what is at /orderId")
        .doesNotContain("0b51a2f4");
    assertThat(problem(Published.minimal().withKey(null)))
        .contains("has no key, must have that of /orderId");
  }

  @Test
  void thePartition_isThatOfTheKey() {
    int right = Published.minimal().record().partition();
    assertThat(problem(Published.minimal().onPartition((right + 1) % 6)))
        .contains("belongs on partition " + right + " of 6, by Kafka's default partitioner");
  }

  @Test
  void headers_areThereAndAsDeclared() {
    assertThat(
            problem(Published.minimal().with(headers -> (RecordHeaders) headers.remove("ce_id"))))
        .contains("has no header ce_id");
    assertThat(
            problem(
                Published.minimal()
                    .with(
                        headers ->
                            (RecordHeaders)
                                headers.remove("ce_type").add("ce_type", "Order".getBytes(UTF_8)))))
        .contains("has a header ce_type that must be OrderPlaced");
    assertThat(
            problem(
                Published.minimal()
                    .with(headers -> (RecordHeaders) headers.add("ce_id", "e-2".getBytes(UTF_8)))))
        .contains("has header ce_id 2 times");
    assertThat(
            problems(
                Published.full(),
                Published.minimal()
                    .with(headers -> (RecordHeaders) headers.add("tenant", "t".getBytes(UTF_8)))))
        .isEmpty();
  }

  @Test
  void aTombstone_isForCompactedTopics() {
    assertThat(problem(Published.minimal().withValue(null)))
        .contains("is a tombstone, but topic.cleanup is delete");
  }

  @Test
  void aShapeThatNobodyPublishes_isAProblem() {
    assertThat(problems(Published.minimal()))
        .singleElement()
        .asString()
        .contains("no record has the shape of sample full", "lacks [/discount number, /lines array")
        .contains("or say produced: false");
    assertThat(problems(Published.minimal().withValue(null)))
        .anySatisfy(p -> assertThat(p).isEqualTo("no record has the shape of sample minimal"));
  }

  @Test
  void avro_isWrittenWithTheSchemaOfToday() {
    Contract payments = Contract.onClassPath("contracts/payment-taken");
    SchemaIds ids = new NumberedSchemas();
    AvroPayload v1 = (AvroPayload) payments.schema("v1");
    byte[] usual = payments.currentSchema().encode(payments.samples().get(0).value(), "s", ids);
    byte[] voucher = payments.currentSchema().encode(payments.samples().get(1).value(), "s", ids);
    byte[] old = v1.encode(payments.samples().get(2).value(), "s", ids);

    assertThat(avroProblems(payments, ids, usual, voucher)).isEmpty();
    assertThat(avroProblems(payments, ids, usual, voucher, old))
        .singleElement()
        .asString()
        .contains("is written with schema 2, which is not that of v2");
    assertThat(avroProblems(payments, ids, usual, voucher, new byte[] {1, 2}))
        .singleElement()
        .asString()
        .contains("names no schema");
    assertThat(avroProblems(payments, ids, usual, voucher, new byte[] {0, 0, 0, 0, 1, 99}))
        .singleElement()
        .asString()
        .contains("is not readable");
    assertThat(avroProblems(payments, SchemaIds.none(), usual))
        .anySatisfy(problem -> assertThat(problem).contains("override schemaIds()"));
  }

  private static List<String> avroProblems(Contract contract, SchemaIds ids, byte[]... values) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      RecordHeaders headers = Published.headers("PaymentTaken");
      byte[] key = ("p-" + (i == 2 ? 0 : i + 1)).getBytes(UTF_8);
      int partition = Utils.toPositive(Utils.murmur2(key)) % contract.partitions();
      records.add(
          new ConsumerRecord<>(
              "payments",
              partition,
              i,
              0,
              TimestampType.CREATE_TIME,
              0,
              0,
              key,
              values[i],
              headers,
              Optional.empty()));
    }
    return ProducerCheck.of(contract).withSchemaIds(ids).problems(records);
  }

  @Test
  void whatCodeGeneratorsAdd_makesNoOtherSchema() {
    Schema plain =
        ((AvroPayload) Contract.onClassPath("contracts/payment-taken").schema("v2")).schema;
    String generated =
        plain
            .toString()
            .replace(
                "\"name\":\"paymentId\",\"type\":\"string\"",
                "\"name\":\"paymentId\",\"doc\":\"d\",\"type\":{\"type\":\"string\",\"avro.java.string\":\"String\"}");
    assertThat(generated).contains("avro.java.string");
    assertThat(AvroPayload.isSame(new Schema.Parser().parse(generated), plain)).isTrue();
    assertThat(
            AvroPayload.isSame(
                new Schema.Parser().parse(generated.replace("millis", "micros")), plain))
        .isFalse();
  }

  @Test
  void severalEventsOfATopic_areJudgedEachByItsOwn(@TempDir Path directory) {
    Contract cancelled =
        ContractCopy.of("order-placed", directory)
            .replace("contract.yaml", "OrderPlaced", "OrderCancelled")
            .replace("contract.yaml", "  full: {}\n", "")
            .delete("samples/full.json")
            .read();
    ProducerCheck check = ProducerCheck.of(ORDERS, cancelled);
    Published other =
        new Published(ID, Published.minimal().value(), -1, Published.headers("OrderCancelled"));
    Published unknown =
        new Published(ID, Published.minimal().value(), -1, Published.headers("OrderLost"));

    assertThat(
            check.problems(
                List.of(Published.minimal().record(), Published.full().record(), other.record())))
        .isEmpty();
    assertThat(check.problems(List.of(Published.minimal().record(), Published.full().record())))
        .containsExactly("no record has the shape of sample minimal");
    assertThat(
            check.problems(
                List.of(
                    Published.minimal().record(),
                    Published.full().record(),
                    other.record(),
                    unknown.record())))
        .singleElement()
        .asString()
        .contains(
            "is of none of the events [com.acme.shop.OrderPlaced, com.acme.shop.OrderCancelled]");
    assertThatThrownBy(
            () -> ProducerCheck.of(ORDERS, Contract.onClassPath("contracts/payment-taken")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each topic is judged by itself");
  }
}
