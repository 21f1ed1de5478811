package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.kafkaevents.SerdeException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A short run of {@link Fuzz} without a fuzzer: well-formed inputs, changed. The seed is fixed, so
 * that a build fails for what it changed; {@code -Devents.seed} and {@code -Devents.runs} look
 * further.
 */
@Timeout(120)
class FuzzTest {
  private static final long SEED = Long.getLong("events.seed", 42);
  private static final int RUNS = Integer.getInteger("events.runs", 20_000);

  private static final long MOST_FOR_A_MEBIBYTE = 64 << 20;

  /** For Jazzer to begin with. */
  private static final Path SEEDS = Path.of("target", "fuzz", "seeds");

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @EnumSource
  void wellFormed_isRead(Decoder decoder) throws IOException {
    Files.createDirectories(SEEDS);
    List<byte[]> seeds = decoder.seeds();
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(SEEDS.resolve(decoder + "-" + i), Fuzz.input(decoder, seeds.get(i)));
    }
    decoder.read(seeds.get(0));
  }

  @ParameterizedTest
  @EnumSource
  void changed_isReadOrRefused(Decoder decoder) {
    List<byte[]> seeds = decoder.seeds();
    int read = 0;
    for (int run = 0; run < RUNS; run++) {
      byte[] bytes = changed(seeds.get(random.nextInt(seeds.size())), seeds);
      read += isRead(decoder, bytes, run) ? 1 : 0;
    }
    assertThat(read).as("some of %s are read, and some refused", RUNS).isBetween(1, RUNS);
  }

  @ParameterizedTest
  @EnumSource
  void aMebibyteOfAnything_costsABoundedAmount(Decoder decoder) {
    for (byte[] seed : decoder.seeds()) {
      isRead(decoder, seed, 0); // what is made once is not the record's
      for (int run = 0; run < 24; run++) {
        byte[] bytes = large(seed, decoder.mostBytes(), run);
        Runnable reading = decoder.reading(bytes);
        long before = allocated();
        isRead(decoder, reading, bytes, run);
        assertThat(allocated() - before)
            .as("%s, seed %s, run %s", decoder, SEED, run)
            .isLessThan(MOST_FOR_A_MEBIBYTE);
      }
    }
  }

  /** A part of the seed again and again, in the middle of it: lists, names and digits grow. */
  private byte[] large(byte[] seed, int size, int run) {
    int from = random.nextInt(seed.length);
    int to = Math.min(seed.length, from + 1 + random.nextInt(run % 2 == 0 ? 4 : 40));
    byte[] bytes = new byte[size];
    System.arraycopy(seed, 0, bytes, 0, from);
    int at = from;
    int end = size - (seed.length - to);
    while (at < end) {
      int length = Math.min(to - from, end - at);
      System.arraycopy(seed, from, bytes, at, length);
      at += length;
    }
    System.arraycopy(seed, to, bytes, end, seed.length - to);
    return bytes;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** What Jazzer finds is written to a file; {@code -Dfuzz.input=FILE} has it read here. */
  @Test
  void find_isReadAgain() throws IOException {
    String find = System.getProperty("fuzz.input");
    if (find != null) {
      Fuzz.fuzzerTestOneInput(Files.readAllBytes(Path.of(find)));
    }
  }

  private static boolean isRead(Decoder decoder, byte[] bytes, int run) {
    return isRead(decoder, decoder.reading(bytes), bytes, run);
  }

  private static boolean isRead(Decoder decoder, Runnable reading, byte[] bytes, int run) {
    try {
      reading.run();
      return true;
    } catch (SerdeException refused) {
      return false;
    } catch (Throwable e) {
      String shown = HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(2_000, bytes.length)));
      return fail("%s, seed %s, run %s: %s".formatted(decoder, SEED, run, shown), e);
    }
  }

  private byte[] changed(byte[] seed, List<byte[]> seeds) {
    byte[] bytes = seed.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + random.nextInt(8));
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> joined(bytes, at, bytes, to); // without a part
            case 1 -> joined(bytes, to, bytes, at); // with a part twice
            case 2 -> joined(bytes, at, seeds.get(random.nextInt(seeds.size())), 0);
            case 3 -> Arrays.copyOf(bytes, at);
            default -> {
              bytes[at] =
                  (byte)
                      (random.nextBoolean()
                          ? random.nextInt()
                          : bytes[at] ^ 1 << random.nextInt(8));
              yield bytes;
            }
          };
    }
    return bytes;
  }

  private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
    byte[] joined = Arrays.copyOf(head, to + Math.max(0, tail.length - from));
    System.arraycopy(tail, from, joined, to, Math.max(0, tail.length - from));
    return joined;
  }
}
