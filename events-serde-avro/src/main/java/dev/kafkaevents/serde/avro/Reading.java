package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;

/** How payloads of one class are read that were written with one schema. Immutable. */
final class Reading {
  private final Class<?> type;
  private final RegisteredSchema written;
  private final Schema readInto;
  private final DatumReader<Object> reader;
  private final boolean raw;

  Reading(Class<?> type, Binding binding, RegisteredSchema written) {
    this.type = type;
    this.written = Rules.refused(written);
    Schema writer = written.schema();
    this.readInto = binding.readInto(writer);
    this.raw = writer.getType() == Schema.Type.BYTES;
    try {
      this.reader = binding.reader(writer);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw AvroProblems.reading(type, written, readInto, e);
    }
  }

  Object read(byte[] bytes, int offset) {
    if (raw) {
      return raw(bytes, offset);
    }
    Object datum;
    try {
      ArrayDecoder decoder = new ArrayDecoder(bytes, offset);
      datum = reader.read(null, decoder);
      if (decoder.remainingBytes() > 0) {
        throw new TrailingBytesException();
      }
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw AvroProblems.reading(type, written, readInto, e);
    }
    if (datum instanceof ByteBuffer buffer && type == byte[].class) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      return copy;
    }
    if (!type.isInstance(datum)) {
      throw AvroProblems.reading(
          type, written, "it is " + (datum == null ? "null" : "a " + datum.getClass().getName()));
    }
    return datum;
  }

  /** Bytes alone are written without the length that Avro would put in front. */
  private Object raw(byte[] bytes, int offset) {
    if (!Binding.isRaw(type)) {
      throw AvroProblems.reading(type, written, "it is bytes");
    }
    byte[] copy = Arrays.copyOfRange(bytes, offset, bytes.length);
    return type == byte[].class ? copy : ByteBuffer.wrap(copy);
  }

  /** The event ended, and the bytes did not. */
  static final class TrailingBytesException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
