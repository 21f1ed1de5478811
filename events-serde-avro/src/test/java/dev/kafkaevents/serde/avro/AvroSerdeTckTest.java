package dev.kafkaevents.serde.avro;

import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.tck.Evolution;
import dev.kafkaevents.testkit.tck.SerdeTck;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

class AvroSerdeTckTest extends SerdeTck<AvroSerdeTckTest.Order> {
  record Order(
      String id,
      BigDecimal total,
      long count,
      double weight,
      boolean gift,
      Optional<String> note,
      Instant at,
      UUID key,
      List<Part> parts,
      Map<String, Integer> counts) {}

  record Part(String name, Optional<Integer> size) {}

  private static final Topic<GenericRecord> ANY = Topic.of("orders", GenericRecord.class);
  private static final Topic<Small> SMALL = Topic.of("orders", Small.class);

  private final InMemorySchemas schemas = new InMemorySchemas();

  /** What a registry allows is another matter: every schema has a subject of its own. */
  @Override
  protected Serde.Factory factory() {
    return AvroSerde.factory(
        schemas, AvroOptions.register().withNaming((topic, schema) -> schema.toString()));
  }

  @Override
  protected Topic<Order> topic() {
    return Topic.of("orders", Order.class);
  }

  @Override
  protected Order payload(Random random) {
    return new Order(
        text(random),
        BigDecimal.valueOf(random.nextLong(), random.nextInt(20)),
        random.nextInt(10) == 0 ? Long.MIN_VALUE : random.nextLong(),
        random.nextInt(10) == 0 ? Double.NaN : random.nextGaussian(),
        random.nextBoolean(),
        random.nextBoolean() ? Optional.empty() : Optional.of(text(random)),
        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000))
            .truncatedTo(ChronoUnit.MICROS),
        new UUID(random.nextLong(), random.nextLong()),
        Stream.generate(() -> new Part(text(random), Optional.of(random.nextInt())))
            .limit(random.nextInt(4))
            .toList(),
        Map.of(text(random), random.nextInt()));
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(30), 0, Character.MAX_CODE_POINT + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Override
  protected Order sparse() {
    return payloadWith("");
  }

  @Override
  protected Order payloadWith(String text) {
    return new Order(
        text,
        BigDecimal.ONE,
        0,
        0,
        false,
        Optional.empty(),
        Instant.EPOCH,
        new UUID(0, 0),
        List.of(),
        Map.of());
  }

  @Override
  protected int maxBytes() {
    return 16 << 20;
  }

  @Override
  protected List<Evolution> evolutions() {
    return List.of(
        Evolution.of(
            "a field with a default was added, new reader",
            ANY,
            small("{'name':'id','type':'string'}").set("id", "o-1").build(),
            SMALL,
            new Small("o-1", 7)),
        Evolution.of(
            "a field was added, old reader",
            ANY,
            small(
                    "{'name':'id','type':'string'},{'name':'count','type':'int'},{'name':'note','type':'string'}")
                .set("id", "o-1")
                .set("count", 2)
                .set("note", "hi")
                .build(),
            SMALL,
            new Small("o-1", 2)),
        Evolution.refused(
            "a field that must be there was taken away, old reader",
            ANY,
            small("{'name':'count','type':'int'}").set("count", 2).build(),
            SMALL));
  }

  private static GenericRecordBuilder small(String fields) {
    Schema schema =
        Avro.schema(
            "{'type':'record','name':'Small','namespace':'%s','fields':[%s]}"
                .formatted(Small.class.getPackageName(), fields));
    return new GenericRecordBuilder(schema);
  }

  @Override
  protected List<byte[]> refused() {
    return List.of(new byte[0], new byte[5], new byte[] {0, 0, 0, 0, 99, 1}, new byte[] {1, 2, 3});
  }
}
