package dev.kafkaevents.testkit.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;

/** Bytes as they are after an accident: some are others, some are gone, some are there twice. */
final class Garbled {
  /** What texts and binary formats are made of. */
  private static final byte[] STRUCTURE =
      "{}[]<>()\",:;=&/0123456789eE+-.\\nulltruefalse \n\u0000\u0001\u007f".getBytes(UTF_8);

  private Garbled() {}

  static byte[] by(Random random, byte[] whole) {
    byte[] bytes = whole.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      bytes = change(random, bytes);
    }
    return bytes;
  }

  private static byte[] change(Random random, byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(8)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
        return longer;
      }
      case 2 -> {
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
        System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
        return shorter;
      }
      case 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 4, 5 -> bytes[at] = STRUCTURE[random.nextInt(STRUCTURE.length)];
      default -> bytes[at] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
