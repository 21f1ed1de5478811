package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SystemLimitException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Bounds how many items a record may claim to have. Items that take bytes are bounded by the bytes
 * there are; this is for schemas with items that take none, of which five bytes can claim a
 * billion.
 */
final class BoundedDecoder extends Decoder {
  /** Nobody writes so many nothings. */
  private static final int MOST_NOTHINGS = 65_536;

  private final BinaryDecoder decoder;
  private long left;

  BoundedDecoder(BinaryDecoder decoder, int bytes) {
    this.decoder = decoder;
    this.left = Math.max(MOST_NOTHINGS, bytes);
  }

  /** Whether what is written with {@code schema} may have items that take no bytes. */
  static boolean isNeeded(Schema schema) {
    return isNeeded(schema, new HashSet<>());
  }

  private static boolean isNeeded(Schema schema, Set<String> seen) {
    return switch (schema.getType()) {
      case ARRAY ->
          GenericDatumReader.isZeroByteSchema(schema.getElementType())
              || isNeeded(schema.getElementType(), seen);
      case MAP -> isNeeded(schema.getValueType(), seen);
      case UNION -> schema.getTypes().stream().anyMatch(branch -> isNeeded(branch, seen));
      case RECORD ->
          seen.add(schema.getFullName())
              && schema.getFields().stream().anyMatch(field -> isNeeded(field.schema(), seen));
      default -> false;
    };
  }

  private long counted(long items) {
    left -= items;
    if (left < 0) {
      throw new SystemLimitException("more items than a record of its size can have");
    }
    return items;
  }

  @Override
  public long readArrayStart() throws IOException {
    return counted(decoder.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return counted(decoder.arrayNext());
  }

  @Override
  public long skipArray() throws IOException {
    return counted(decoder.skipArray());
  }

  @Override
  public long readMapStart() throws IOException {
    return counted(decoder.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return counted(decoder.mapNext());
  }

  @Override
  public long skipMap() throws IOException {
    return counted(decoder.skipMap());
  }

  @Override
  public int remainingBytes() {
    return decoder.remainingBytes();
  }

  @Override
  public void readNull() throws IOException {
    decoder.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return decoder.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return decoder.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return decoder.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return decoder.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return decoder.readDouble();
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return decoder.readString(old);
  }

  @Override
  public String readString() throws IOException {
    return decoder.readString();
  }

  @Override
  public void skipString() throws IOException {
    decoder.skipString();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return decoder.readBytes(old);
  }

  @Override
  public void skipBytes() throws IOException {
    decoder.skipBytes();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    decoder.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    decoder.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return decoder.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return decoder.readIndex();
  }
}
