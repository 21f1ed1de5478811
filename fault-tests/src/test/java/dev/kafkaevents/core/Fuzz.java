package dev.kafkaevents.core;

import dev.kafkaevents.SerdeException;
import java.util.Arrays;
import java.util.List;

/**
 * Where Jazzer comes in: the first byte chooses the decoder, the rest is what it reads. See
 * CONTRIBUTING.md.
 */
public final class Fuzz {
  private static final List<Decoder> DECODERS = List.of(Decoder.values());

  private Fuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    try {
      DECODERS
          .get((input[0] & 0xff) % DECODERS.size())
          .read(Arrays.copyOfRange(input, 1, input.length));
    } catch (SerdeException refused) {
      if (refused.getMessage() == null || refused.getMessage().isEmpty()) {
        throw new AssertionError("refused without a word", refused);
      }
    }
  }

  /** The input that has {@code decoder} read {@code bytes}. */
  static byte[] input(Decoder decoder, byte[] bytes) {
    byte[] input = new byte[bytes.length + 1];
    input[0] = (byte) DECODERS.indexOf(decoder);
    System.arraycopy(bytes, 0, input, 1, bytes.length);
    return input;
  }
}
