package dev.kafkaevents.serde.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.kafkaevents.SerdeException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are: a payload, or a {@link SerdeException}. */
@Timeout(60)
class JsonSerdeFuzzTest {
  private static final long SEED = Long.getLong("events.seed", System.nanoTime());

  record Order(
      String id,
      BigDecimal total,
      int count,
      Instant at,
      List<Part> parts,
      Map<String, Part> byName,
      Optional<Kind> kind) {}

  record Part(String name, double weight, boolean gift) {}

  enum Kind {
    SMALL,
    LARGE
  }

  private final Random random = new Random(SEED);
  private final Json<Order> json = Json.of(Order.class);

  @Test
  void truncatedAtEachByte_isRefused() {
    byte[] whole = json.bytes(order(1));
    assertThat(json.read(whole)).isEqualTo(order(1));

    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> json.read(part))
          .as("%s bytes", length)
          .isInstanceOf(SerdeException.class);
    }
  }

  @Test
  void extendedByAnyByte_isRefused_butForWhiteSpace() {
    byte[] whole = json.bytes(order(1));

    for (int b = 0; b < 256; b++) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      longer[whole.length] = (byte) b;
      if (" \t\r\n".indexOf(b) >= 0) {
        assertThat(json.read(longer)).isEqualTo(order(1));
      } else {
        assertThatThrownBy(() -> json.read(longer))
            .as("byte %s", b)
            .isInstanceOf(SerdeException.class);
      }
    }
  }

  /**
   * Jackson reads overlong forms and code points beyond the last (22c0af22, 22f490808022), so those
   * are not here.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "22ff22", "22c322", "22e2822822", "22f8888080802222", "ff", "fe", "fffe", "feff",
            "0000feff", "0000fffe",
        "fffe0000", "feff0000", "00000022", "22000000", "efbb", "efbbbf", "00", "0000", "000000",
            "22f0288cbc22"
      })
  void invalidUtf8_isRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    for (Class<?> type : List.of(String.class, Order.class, Map.class)) {
      assertThatThrownBy(() -> Json.of(type).read(bytes))
          .as(type.getName())
          .isInstanceOf(SerdeException.class);
    }
  }

  @Test
  void randomBytes_giveAPayloadOrASerdeException() {
    List<Json<?>> all = new ArrayList<>();
    for (Class<?> type :
        List.of(Order.class, Map.class, List.class, String.class, BigDecimal.class, byte[].class)) {
      all.add(Json.of(type));
    }
    for (int i = 0; i < 4_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      for (Json<?> each : all) {
        readOrRefuse(each, bytes);
      }
    }
  }

  @Test
  void mutatedJson_givesAPayloadOrASerdeException() {
    byte[] whole = json.bytes(order(1));
    byte[] structure = "{}[]\",:0123456789eE+-.\\nulltruefalse \u0000\u00ff".getBytes(UTF_8);
    for (int i = 0; i < 15_000; i++) {
      byte[] bytes = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextBoolean()
                ? structure[random.nextInt(structure.length)]
                : (byte) random.nextInt(256);
      }
      readOrRefuse(json, bytes);
    }
  }

  @Test
  void manyThreads_readAndWriteTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread * 10_000;
        runs.add(
            threads.submit(
                () -> {
                  for (int i = first; i < first + 2_000; i++) {
                    Order order = order(i);
                    assertThat(json.copy(order)).isEqualTo(order);
                    if (i % 10 == 0) {
                      assertThatThrownBy(() -> json.read("{\"parts\":[{}]}"))
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

  private static void readOrRefuse(Json<?> json, byte[] bytes) {
    try {
      json.read(bytes);
    } catch (SerdeException expected) {
      // As it should.
    } catch (Throwable e) {
      fail("seed %d: %s gave %s".formatted(SEED, HexFormat.of().formatHex(bytes), e), e);
    }
  }

  private static Order order(int i) {
    return new Order(
        "o-" + i,
        BigDecimal.valueOf(i, 2),
        i,
        Instant.ofEpochSecond(i),
        List.of(new Part("é😀", 0.5, true), new Part("", i, false)),
        Map.of("a", new Part("b", 1, true)),
        Optional.of(Kind.LARGE));
  }
}
