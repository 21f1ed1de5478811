package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.serde.avro.generated.Order;
import dev.kafkaevents.serde.avro.generated.Small;
import dev.kafkaevents.serde.avro.generated.Timed;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the bytes are: a payload, or a {@link SerdeException}, and little memory. The seed is
 * fixed, so that a build fails for what it changed; {@code -Devents.seed} and {@code -Devents.runs}
 * look further.
 */
@Timeout(600)
class AvroSerdeFuzzTest {
  private static final long SEED = Long.getLong("events.seed", 42);
  private static final int RUNS = Integer.getInteger("events.runs", 5_000);

  record Plain(
      String id,
      BigDecimal total,
      Instant at,
      UUID key,
      Optional<String> note,
      List<Plain> parts,
      Set<String> tags,
      Map<String, Long> counts,
      long[] numbers,
      byte[] blob) {}

  private final Random random = new Random(SEED);
  private final InMemorySchemas schemas = new InMemorySchemas();
  private final List<Avro<?>> readers = new ArrayList<>();
  private final List<byte[]> corpus = new ArrayList<>();

  AvroSerdeFuzzTest() {
    add(Order.class, AvroRecordsTest.order());
    add(Small.class, new Small("ab", 1));
    add(
        Timed.class,
        Timed.newBuilder()
            .setAt(Instant.EPOCH)
            .setDay(LocalDate.EPOCH)
            .setTotal(new BigDecimal("1.25"))
            .setKey(new UUID(1, 2))
            .setDays(List.of(LocalDate.EPOCH))
            .build());
    add(Plain.class, plain(1));
    add(String.class, "text");
    add(byte[].class, new byte[] {1, 2, 3});
    readers.add(avro(GenericRecord.class));
  }

  private <T> void add(Class<T> type, T payload) {
    Avro<T> avro = avro(type);
    readers.add(avro);
    corpus.add(avro.write(payload).value());
  }

  /** Compatibility is not what this is about: every class has a subject of its own. */
  private <T> Avro<T> avro(Class<T> type) {
    return Avro.of(
        type, schemas, AvroOptions.register().withNaming((topic, schema) -> schema.toString()));
  }

  private static Plain plain(int i) {
    Plain part =
        new Plain(
            "p",
            BigDecimal.ONE,
            Instant.EPOCH,
            new UUID(1, i),
            Optional.empty(),
            List.of(),
            Set.of(),
            Map.of(),
            new long[0],
            new byte[0]);
    return new Plain(
        "é😀",
        BigDecimal.valueOf(i, 2),
        Instant.ofEpochSecond(i),
        new UUID(i, 2),
        Optional.of("n"),
        List.of(part, part),
        Set.of("a"),
        Map.of("b", 2L),
        new long[] {1, i},
        new byte[] {3});
  }

  @Test
  void truncatedAtEachByte_isRefused() {
    for (byte[] whole : corpus.subList(0, 5)) {
      Avro<?> reader = readers.get(corpus.indexOf(whole));
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> reader.read(part))
            .as("%s of %s bytes", length, whole.length)
            .isInstanceOf(SerdeException.class);
      }
    }
  }

  @Test
  void mutatedEvents_giveAPayloadOrASerdeException() {
    for (int i = 0; i < RUNS; i++) {
      byte[] bytes = mutated(corpus.get(random.nextInt(corpus.size())));
      for (Avro<?> reader : readers) {
        readOrRefuse(reader, new Avro.Written(bytes, Headers.empty()));
      }
    }
  }

  @Test
  void randomBytesUnderEachSchema_giveAPayloadOrASerdeException() {
    for (int i = 0; i < RUNS; i++) {
      byte[] bytes = new byte[5 + random.nextInt(60)];
      random.nextBytes(bytes);
      System.arraycopy(WireFormat.prefix(1 + random.nextInt(6)), 0, bytes, 0, 5);
      for (Avro<?> reader : readers) {
        readOrRefuse(reader, new Avro.Written(bytes, Headers.empty()));
      }
    }
  }

  @Test
  void randomHeaders_giveAPayloadOrASerdeException() {
    UUID guid = schemas.byId(1).guid();
    for (int i = 0; i < RUNS / 4; i++) {
      byte[] header = mutated(i % 2 == 0 ? WireFormat.header(guid) : WireFormat.prefix(1));
      Headers headers = Headers.empty().add(WireFormat.HEADER, header);
      readOrRefuse(readers.get(0), new Avro.Written(mutated(corpus.get(0)), headers));
    }
  }

  /** In a JVM of its own: what counts is what has to fit in, and not what passes through. */
  @Test
  void largeRandomRecords_areReadInAHeapOf64Mebibytes() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-Devents.seed=" + SEED,
                "-cp",
                System.getProperty("java.class.path"),
                AvroSerdeFuzzTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("read or refused 420");
  }

  /** The other JVM. */
  public static void main(String... args) {
    System.out.println("read or refused " + new AvroSerdeFuzzTest().readLargeRecords());
  }

  private int readLargeRecords() {
    int count = 0;
    for (int i = 0; i < 60; i++) {
      byte[] bytes = new byte[1 << 20];
      byte filling = (byte) random.nextInt(8);
      if (i % 3 == 0) {
        random.nextBytes(bytes);
      } else {
        Arrays.fill(bytes, filling);
      }
      byte[] start = mutated(corpus.get(i % corpus.size()));
      System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
      for (Avro<?> reader : readers) {
        readOrRefuse(reader, new Avro.Written(bytes, Headers.empty()));
        count++;
      }
    }
    return count;
  }

  /** Schemas come over the wire too. */
  @Test
  void eventsUnderSchemasMadeAtRandom_giveAPayloadOrASerdeException() {
    for (int i = 0; i < RUNS / 20; i++) {
      Schema schema = new RandomSchemas(random).next();
      Schemas registry = new OneSchema(RegisteredSchema.of(1, schema));
      byte[] bytes = mutated(corpus.get(random.nextInt(corpus.size())));
      for (Class<?> type : List.of(Order.class, Plain.class, GenericRecord.class, String.class)) {
        readOrRefuse(Avro.of(type, registry), new Avro.Written(bytes, Headers.empty()));
      }
    }
  }

  @Test
  void manyThreads_readAndWriteTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Avro<Plain> plain = avro(Plain.class);
    Avro<Small> small = avro(Small.class);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread * 10_000;
        runs.add(
            threads.submit(
                () -> {
                  for (int i = first; i < first + 300; i++) {
                    assertThat(plain.copy(plain(i))).usingRecursiveComparison().isEqualTo(plain(i));
                    assertThat(small.copy(new Small("s" + i, i))).isEqualTo(new Small("s" + i, i));
                    if (i % 10 == 0) {
                      assertThatThrownBy(() -> small.read("000000000204"))
                          .isInstanceOf(SerdeException.class);
                      assertThatThrownBy(() -> small.write(new Small(null, 1)))
                          .isInstanceOf(SerdeException.class);
                    }
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get(50, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private byte[] mutated(byte[] whole) {
    byte[] bytes = whole.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = INTERESTING[random.nextInt(INTERESTING.length)];
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          byte[] longer = new byte[bytes.length + 1 + random.nextInt(9)];
          System.arraycopy(bytes, 0, longer, 0, at);
          Arrays.fill(longer, at, longer.length, INTERESTING[random.nextInt(INTERESTING.length)]);
          System.arraycopy(bytes, at, longer, at + longer.length - bytes.length, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }

  /** Ends of numbers, lengths of strings, counts of blocks. */
  private static final byte[] INTERESTING = {0, 1, 2, 3, 4, 0x7f, (byte) 0x80, (byte) 0xff};

  private static void readOrRefuse(Avro<?> avro, Avro.Written written) {
    try {
      avro.read(written);
    } catch (SerdeException expected) {
      // As it should.
    } catch (Throwable e) {
      fail("seed %d: %s gave %s".formatted(SEED, start(written), e), e);
    }
  }

  private static String start(Avro.Written written) {
    byte[] value = written.value();
    return HexFormat.of().formatHex(value, 0, Math.min(value.length, 200));
  }
}
