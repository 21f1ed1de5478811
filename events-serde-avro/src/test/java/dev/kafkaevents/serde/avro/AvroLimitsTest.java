package dev.kafkaevents.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Order;
import dev.kafkaevents.serde.avro.generated.Small;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A record costs memory in proportion to its bytes, whatever it claims. */
@Timeout(60)
class AvroLimitsTest {
  private static final int MIB = 1 << 20;
  private static final long MOST = 64L * MIB;

  record Numbers(long[] items) {}

  record Texts(List<String> items) {}

  record Names(String[] items) {}

  record Lists(List<List<String>> items) {}

  record Counts(Map<String, Integer> items) {}

  private static Schema list(String items) {
    return Avro.schema(
        "{'type':'record','name':'Items','fields':[{'name':'items','type':%s}]}".formatted(items));
  }

  static Stream<Schema> collections() {
    return Stream.of(
            "{'type':'array','items':'null'}",
            "{'type':'array','items':{'type':'record','name':'Nothing','fields':[]}}",
            "{'type':'array','items':{'type':'fixed','name':'Nothing','size':0}}",
            "{'type':'array','items':'long'}",
            "{'type':'array','items':'string'}",
            "{'type':'array','items':{'type':'array','items':'null'}}",
            "{'type':'map','values':'null'}",
            "{'type':'map','values':'int'}",
            "'string'",
            "'bytes'")
        .map(AvroLimitsTest::list);
  }

  @ParameterizedTest
  @MethodSource("collections")
  void claimsOfGigabytes_areRefused(Schema schema) throws IOException {
    for (long claim : List.of(65_537L, 800_000_000L, (long) Integer.MAX_VALUE, Long.MAX_VALUE)) {
      byte[] bytes = record(out -> out.writeLong(claim));
      assertRefused(GenericRecord.class, schema, bytes);
      assertRefused(Texts.class, schema, bytes);
      assertRefused(Small.class, schema, bytes);
    }
    for (long claim : List.of(-800_000_000L, Long.MIN_VALUE)) {
      byte[] bytes =
          record(
              out -> {
                out.writeLong(claim);
                out.writeLong(Long.MAX_VALUE);
              });
      assertRefused(GenericRecord.class, schema, bytes);
    }
  }

  @Test
  void manyBlocksOfNothing_areRefusedTogether() throws IOException {
    byte[] bytes =
        record(
            out -> {
              for (int i = 0; i < 100_000; i++) {
                out.writeLong(60_000);
              }
            });

    assertRefused(GenericRecord.class, list("{'type':'array','items':'null'}"), bytes);
    assertRefused(Small.class, list("{'type':'array','items':'null'}"), bytes);
  }

  @Test
  void nothings_asManyAsSomebodyMayMean_areRead() throws IOException {
    byte[] bytes =
        record(
            out -> {
              out.writeLong(10_000);
              out.writeLong(0);
            });
    Schema nulls = list("{'type':'array','items':'null'}");

    assertThat((List<?>) read(GenericRecord.class, nulls, bytes).get("items")).hasSize(10_000);
  }

  static Stream<Arguments> mebibytes() throws IOException {
    byte[] noughts = new byte[MIB];
    byte[] ones = new byte[MIB];
    Arrays.fill(ones, (byte) 2);
    return Stream.of(
        args(GenericRecord.class, list("{'type':'array','items':'long'}"), MIB - 16, noughts),
        args(GenericRecord.class, list("{'type':'array','items':'string'}"), MIB - 16, noughts),
        args(GenericRecord.class, list("{'type':'map','values':'null'}"), MIB / 2 - 16, ones),
        args(Numbers.class, list("{'type':'array','items':'long'}"), MIB - 16, noughts),
        args(Texts.class, list("{'type':'array','items':'string'}"), MIB - 16, noughts),
        args(Counts.class, list("{'type':'map','values':'int'}"), MIB / 2 - 16, noughts),
        args(Texts.class, list("{'type':'array','items':'string'}"), 1, ones), // many blocks
        args(Names.class, list("{'type':'array','items':'string'}"), 1, ones),
        args(Counts.class, list("{'type':'map','values':'int'}"), 1, ones),
        args(
            Lists.class,
            list("{'type':'array','items':{'type':'array','items':'string'}}"),
            MIB / 2 - 16,
            noughts),
        args(GenericRecord.class, list("'string'"), MIB - 16, ones),
        args(GenericRecord.class, list("'bytes'"), MIB - 16, ones));
  }

  private static Arguments args(Class<?> type, Schema schema, long claim, byte[] filling)
      throws IOException {
    byte[] bytes = record(out -> out.writeLong(claim), filling);
    return Arguments.of(type, schema, bytes);
  }

  @ParameterizedTest
  @MethodSource("mebibytes")
  void aMebibyte_costsAtMost64(Class<?> type, Schema schema, byte[] bytes) {
    Avro<?> avro = Avro.of(type, new OneSchema(RegisteredSchema.of(1, schema)));
    assertThat(allocated(() -> readOrRefuse(avro, bytes))).isLessThan(MOST);
  }

  @Test
  void nestingWithoutAnEnd_isRefused_notAnError() throws IOException {
    Schema node =
        Avro.schema(
            "{'type':'record','name':'Node','fields':[{'name':'next','type':['null','Node']}]}");
    byte[] deep = new byte[MIB];
    Arrays.fill(deep, (byte) 2);
    System.arraycopy(WireFormat.prefix(1), 0, deep, 0, 5);

    assertRefused(GenericRecord.class, node, deep);
    assertRefused(Node.class, node, deep);
    assertRefused(Small.class, node, deep);
  }

  static final class Node {
    @org.apache.avro.reflect.Nullable Node next;
  }

  @Test
  void payloadThatContainsItself_isRefused_notAnError() {
    Node node = new Node();
    node.next = node;
    Order order = AvroRecordsTest.order();
    order.setParent(order);

    assertThatThrownBy(() -> Avro.of(Node.class, new InMemorySchemas()).write(node))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("contains itself");
    assertThatThrownBy(() -> Avro.of(Order.class, new InMemorySchemas()).write(order))
        .isInstanceOf(SerdeException.class);
  }

  @Test
  void eventOverTheLimit_isRefused_bothWays() {
    InMemorySchemas schemas = new InMemorySchemas();
    Avro<Small> tight = Avro.of(Small.class, schemas, AvroOptions.register().withMaxBytes(10));
    Avro.Written nine = tight.write(new Small("abc", 1));
    Avro.Written more = Avro.of(Small.class, schemas).write(new Small("abcdef", 1));

    assertThat(nine.value()).hasSize(10);
    assertThatThrownBy(() -> tight.write(new Small("abcd", 1)))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("it has 11 bytes, and at most 10 are allowed");
    assertThatThrownBy(() -> tight.read(more))
        .isInstanceOf(SerdeException.class)
        .hasMessageContaining("it has 13 bytes, and at most 10 are allowed");
  }

  private static <T> T read(Class<T> type, Schema written, byte[] bytes) {
    return Avro.of(type, new OneSchema(RegisteredSchema.of(1, written))).read(bytes);
  }

  private static void assertRefused(Class<?> type, Schema written, byte[] bytes) {
    long cost =
        allocated(
            () ->
                assertThatThrownBy(() -> read(type, written, bytes))
                    .isInstanceOf(SerdeException.class));
    assertThat(cost).isLessThan(MOST);
  }

  private static void readOrRefuse(Avro<?> avro, byte[] bytes) {
    try {
      avro.read(bytes);
    } catch (SerdeException expected) {
      // As it may.
    }
  }

  private static long allocated(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private interface Content {
    void write(BinaryEncoder out) throws IOException;
  }

  private static byte[] record(Content content, byte... filling) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(WireFormat.prefix(1));
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(bytes, null);
    content.write(out);
    out.flush();
    bytes.write(filling);
    return bytes.toByteArray();
  }
}
