package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro's binary encoding from an array, without a source, a buffer and a copy in between:
 * text is made of the bytes where they are. Whatever the bytes claim, nothing is made that is
 * larger than they are, and no more items are counted than they could hold.
 *
 * <p>There is one for each event. When they were kept, two threads read little faster than one, as
 * if each wrote to the other's cache line at every field. A new one is in memory of its own thread,
 * and costs no more than to fetch one that is kept.
 */
final class ArrayDecoder extends Decoder {
  /** Items of no bytes, such as nulls, of which five bytes could claim a billion. */
  private static final int MOST_NOTHINGS = 65_536;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int at;
  private long itemsLeft;

  ArrayDecoder(byte[] bytes, int offset) {
    this.bytes = bytes;
    this.at = offset;
    this.itemsLeft = Math.max(MOST_NOTHINGS, bytes.length - offset);
  }

  @Override
  public int remainingBytes() {
    return bytes.length - at;
  }

  /** Where {@code length} bytes start, which are passed by with this. */
  private int pass(long length) throws EOFException {
    int start = at;
    if (length < 0 || length > bytes.length - start) {
      throw new EOFException();
    }
    at = start + (int) length;
    return start;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return bytes[pass(1)] == 1;
  }

  @Override
  public int readInt() throws IOException {
    int start = at;
    if (start < bytes.length && bytes[start] >= 0) {
      at = start + 1;
      int one = bytes[start];
      return one >>> 1 ^ -(one & 1);
    }
    int n = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = bytes[pass(1)];
      n |= (next & 0x7f) << shift;
      if (next >= 0) {
        return n >>> 1 ^ -(n & 1);
      }
    }
    throw new InvalidNumberEncodingException("an int of more than five bytes");
  }

  @Override
  public long readLong() throws IOException {
    int start = at;
    if (start < bytes.length && bytes[start] >= 0) {
      at = start + 1;
      long one = bytes[start];
      return one >>> 1 ^ -(one & 1);
    }
    long n = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = bytes[pass(1)];
      n |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return n >>> 1 ^ -(n & 1);
      }
    }
    throw new InvalidNumberEncodingException("a long of more than ten bytes");
  }

  @Override
  public float readFloat() throws IOException {
    return (float) FLOAT.get(bytes, pass(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return (double) DOUBLE.get(bytes, pass(Double.BYTES));
  }

  @Override
  public String readString() throws IOException {
    int length = SystemLimitException.checkMaxStringLength(readLong());
    return length == 0 ? "" : new String(bytes, pass(length), length, UTF_8);
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    int length = SystemLimitException.checkMaxStringLength(readLong());
    int start = pass(length);
    Utf8 text = old == null ? new Utf8() : old;
    text.setByteLength(length);
    System.arraycopy(bytes, start, text.getBytes(), 0, length);
    return text;
  }

  @Override
  public void skipString() throws IOException {
    pass(SystemLimitException.checkMaxStringLength(readLong()));
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    int length = SystemLimitException.checkMaxBytesLength(readLong());
    int start = pass(length);
    ByteBuffer buffer =
        old == null || old.capacity() < length ? ByteBuffer.allocate(length) : old.clear();
    return buffer.put(bytes, start, length).flip();
  }

  @Override
  public void skipBytes() throws IOException {
    pass(SystemLimitException.checkMaxBytesLength(readLong()));
  }

  @Override
  public void readFixed(byte[] into, int start, int length) throws IOException {
    System.arraycopy(bytes, pass(length), into, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    pass(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  /** The items of the next block, counted. */
  private long items() throws IOException {
    long items = readLong();
    if (items < 0) {
      readLong(); // the size of the block, for those who skip it
      items = -items;
    }
    return counted(items);
  }

  private long counted(long items) {
    if (items < 0 || items > itemsLeft) {
      throw new SystemLimitException("more items than bytes of that number can hold");
    }
    itemsLeft -= items;
    return items;
  }

  /** Passes blocks of a known size by; those of the next block without one are for the caller. */
  private long skipped() throws IOException {
    long items = readLong();
    while (items < 0) {
      pass(readLong());
      items = readLong();
    }
    return counted(items);
  }

  @Override
  public long readArrayStart() throws IOException {
    return items();
  }

  @Override
  public long arrayNext() throws IOException {
    return items();
  }

  @Override
  public long skipArray() throws IOException {
    return skipped();
  }

  @Override
  public long readMapStart() throws IOException {
    return items();
  }

  @Override
  public long mapNext() throws IOException {
    return items();
  }

  @Override
  public long skipMap() throws IOException {
    return skipped();
  }
}
