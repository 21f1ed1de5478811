package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Side by side with Avro's own decoder, on what was written and on what was not. */
@Timeout(60)
class ArrayDecoderTest {
  private static final long SEED = Long.getLong("events.seed", 42);
  private static final int RUNS = Integer.getInteger("events.runs", 20_000);

  private final Random random = new Random(SEED);

  private interface Step {
    Object take(Decoder decoder) throws IOException;
  }

  private static final List<Step> STEPS =
      List.of(
          Decoder::readBoolean,
          Decoder::readInt,
          Decoder::readLong,
          Decoder::readFloat,
          Decoder::readDouble,
          Decoder::readString,
          decoder -> decoder.readString(null).toString(),
          decoder -> decoder.readString(new Utf8("longer than most")).toString(),
          decoder -> decoder.readBytes(null),
          decoder -> decoder.readBytes(ByteBuffer.allocate(4)),
          decoder -> {
            byte[] fixed = new byte[5];
            decoder.readFixed(fixed, 1, 3);
            return HexFormat.of().formatHex(fixed);
          },
          Decoder::readEnum,
          Decoder::readIndex,
          decoder -> {
            decoder.skipString();
            return "skipped";
          },
          decoder -> {
            decoder.skipBytes();
            return "skipped";
          },
          decoder -> {
            decoder.skipFixed(3);
            return "skipped";
          });

  private static final int FIRST_SKIP = STEPS.size() - 3;

  private static ArrayDecoder ours(byte[] bytes) {
    return new ArrayDecoder(bytes, 0);
  }

  private static BinaryDecoder avros(byte[] bytes) {
    return DecoderFactory.get().binaryDecoder(bytes, null);
  }

  @Test
  void whatAvroWrites_isReadAsAvroReadsIt() throws IOException {
    for (int run = 0; run < RUNS; run++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      long number = random.nextLong() >> random.nextInt(64);
      String text =
          random
              .ints(random.nextInt(20), 0, 0xd7ff)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      encoder.writeLong(number);
      encoder.writeInt((int) number);
      encoder.writeString(text);
      encoder.writeDouble(random.nextGaussian());
      encoder.writeFloat((float) random.nextGaussian());
      encoder.writeBytes(text.getBytes(UTF_8));
      encoder.writeBoolean(random.nextBoolean());
      encoder.flush();
      List<Step> steps =
          List.of(
              Decoder::readLong,
              Decoder::readInt,
              Decoder::readString,
              Decoder::readDouble,
              Decoder::readFloat,
              decoder -> decoder.readBytes(null),
              Decoder::readBoolean);

      ArrayDecoder ours = ours(out.toByteArray());
      BinaryDecoder avros = avros(out.toByteArray());
      for (Step step : steps) {
        assertThat(step.take(ours)).as("seed %s run %s", SEED, run).isEqualTo(step.take(avros));
      }
      assertThat(ours.remainingBytes()).isZero();
    }
  }

  @Test
  void randomBytes_areReadOrRefusedAsAvroDoes() {
    for (int run = 0; run < RUNS; run++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] &= 0x1f; // short lengths
        }
      }
      ArrayDecoder ours = ours(bytes);
      BinaryDecoder avros = avros(bytes);
      List<Object> taken = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Step step = STEPS.get(random.nextInt(STEPS.size()));
        Object[] result = new Object[2];
        Throwable ofOurs = catchThrowable(() -> result[0] = step.take(ours));
        Throwable ofAvro = catchThrowable(() -> result[1] = step.take(avros));
        taken.add(result[1]);
        if (ofAvro == null && ofOurs != null && STEPS.indexOf(step) >= FIRST_SKIP) {
          break; // Avro passes a negative length by, as if it were none
        }
        assertThat(ofOurs == null)
            .as(
                "seed %s run %s: %s of %s after %s",
                SEED, run, ofAvro, HexFormat.of().formatHex(bytes), taken)
            .isEqualTo(ofAvro == null);
        if (ofAvro != null) {
          assertThat(ofOurs)
              .isInstanceOfAny(
                  IOException.class,
                  AvroRuntimeException.class,
                  UnsupportedOperationException.class);
          break;
        }
        assertThat(result[0]).isEqualTo(result[1]);
        assertThat(ours.remainingBytes()).isEqualTo(avros.remainingBytes());
      }
    }
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void numbersAtTheirEnds_areExact_andLongerOnesRefused() throws IOException {
    assertThat(ours(hex("ffffffff0f")).readInt()).isEqualTo(Integer.MIN_VALUE);
    assertThat(ours(hex("feffffff0f")).readInt()).isEqualTo(Integer.MAX_VALUE);
    assertThat(ours(hex("ffffffffffffffffff01")).readLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(ours(hex("feffffffffffffffff01")).readLong()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> ours(hex("ffffffffff0f")).readInt())
        .isInstanceOf(InvalidNumberEncodingException.class);
    assertThatThrownBy(() -> ours(hex("ffffffffffffffffffff01")).readLong())
        .isInstanceOf(InvalidNumberEncodingException.class);
    assertThatThrownBy(() -> ours(hex("ff")).readLong()).isInstanceOf(EOFException.class);
  }

  @Test
  void items_areCounted_andBlocksOfAKnownSizePassedBy() throws IOException {
    assertThat(ours(hex("04")).readArrayStart()).isEqualTo(2);
    assertThat(ours(hex("0304")).readMapStart()).isEqualTo(2);
    ArrayDecoder skipping = ours(hex("0304aabb0304ccdd00"));
    assertThat(skipping.skipArray()).isZero();
    assertThat(skipping.remainingBytes()).isZero();
    for (String size : List.of("01", "ffffffff0f", "f5ffffff1f", "ffffffffffffffffff01", "7e")) {
      assertThatThrownBy(() -> ours(hex("03" + size + "aabb00")).skipMap())
          .as(size)
          .isInstanceOf(EOFException.class);
    }
    assertThatThrownBy(() -> ours(hex("feffffffffffffffff01")).readArrayStart())
        .isInstanceOf(SystemLimitException.class);
    assertThatThrownBy(() -> ours(hex("ffffffffffffffffff0100")).arrayNext())
        .isInstanceOf(SystemLimitException.class);
  }

  @Test
  void items_nearlyTheMostOfNoBytes_areTaken() throws IOException {
    assertThat(ours(hex("feff07")).readArrayStart()).isEqualTo(65_535);
  }
}
