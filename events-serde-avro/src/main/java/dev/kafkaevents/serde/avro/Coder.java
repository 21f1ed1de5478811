package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;

/**
 * Memory to write one event after another to. Confined to whoever has taken it from {@link Coders}.
 *
 * <p>The encoder is a new one for each event, for the reason that {@link ArrayDecoder} has; and
 * what is kept is written to only when it grows, since its neighbour may be another thread's.
 */
final class Coder {
  /** A coder that has held more than this is not kept. */
  private static final int LARGE = 64 << 10;

  private byte[] memory = new byte[512];

  /** The prefix, and what {@code writer} makes of {@code datum}. */
  byte[] write(byte[] prefix, DatumWriter<Object> writer, Object datum) throws IOException {
    Buffer buffer = new Buffer(memory);
    buffer.write(prefix, 0, prefix.length);
    writer.write(datum, EncoderFactory.get().directBinaryEncoder(buffer, null));
    if (buffer.bytes != memory) {
      memory = buffer.bytes;
    }
    return Arrays.copyOf(buffer.bytes, buffer.count);
  }

  /** Whether it would keep much memory for nothing. */
  boolean isLarge() {
    return memory.length > LARGE;
  }

  /** As ByteArrayOutputStream, without its lock and its copies. */
  private static final class Buffer extends OutputStream {
    private byte[] bytes;
    private int count;

    Buffer(byte[] bytes) {
      this.bytes = bytes;
    }

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
