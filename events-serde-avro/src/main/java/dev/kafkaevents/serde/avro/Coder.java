package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;

/**
 * A buffer with Avro's encoder, made once and used for one event after another. Confined to whoever
 * has taken it from {@link Coders}.
 */
final class Coder {
  /** A coder that has held more than this is not kept. */
  private static final int LARGE = 64 << 10;

  private static final int ENCODER_BUFFER = 2048;
  private static final EncoderFactory ENCODERS =
      new EncoderFactory().configureBufferSize(ENCODER_BUFFER);

  private final Buffer buffer = new Buffer();
  private final BinaryEncoder encoder = ENCODERS.binaryEncoder(buffer, null);
  private boolean large;

  /** The prefix, and what {@code writer} makes of {@code datum}. */
  byte[] write(byte[] prefix, DatumWriter<Object> writer, Object datum) throws IOException {
    buffer.count = 0;
    buffer.write(prefix, 0, prefix.length);
    writer.write(datum, encoder);
    encoder.flush();
    large |= buffer.count > LARGE;
    return Arrays.copyOf(buffer.bytes, buffer.count);
  }

  /** Whether it would keep much memory for nothing. */
  boolean isLarge() {
    return large;
  }

  /** As ByteArrayOutputStream, without its lock and its copies. */
  private static final class Buffer extends OutputStream {
    private byte[] bytes = new byte[512];
    private int count;

    @Override
    public void write(int b) {
      room(1);
      bytes[count++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      room(length);
      System.arraycopy(source, offset, bytes, count, length);
      count += length;
    }

    private void room(int length) {
      int needed = Math.addExact(count, length);
      if (needed > bytes.length) {
        bytes =
            Arrays.copyOf(
                bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, 2L * bytes.length)));
      }
    }
  }
}
