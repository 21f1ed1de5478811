package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One message as it is on the disk: a mark to find it by, the length of what follows, a CRC-32C of
 * that length and of what follows; then when it was spooled, its timestamp, topic, key, value and
 * headers. Bytes that are absent have the length -1, which is not the same as empty.
 *
 * @param spooledAt milliseconds since 1970
 * @param size in bytes, all of it
 */
record SpoolFrame(Message message, long spooledAt, int size) {
  /** "KES", and the version of all of this. */
  private static final int MARK = 'K' << 24 | 'E' << 16 | 'S' << 8 | 1;

  /** Mark, length and checksum. */
  static final int HEAD = 3 * Integer.BYTES;

  /** What {@link #sizeAt} says of bytes that begin no frame. */
  static final int NONE = -1;

  /** The frame of a message that has a timestamp; ready to be written. */
  static ByteBuffer encode(Message message, long spooledAt) {
    byte[] topic = message.topic().getBytes(UTF_8);
    List<byte[]> names = new ArrayList<>();
    int size = HEAD + 2 * Long.BYTES + size(topic) + size(message.key()) + size(message.value());
    size += Integer.BYTES;
    for (Headers.Header header : message.headers()) {
      byte[] name = header.name().getBytes(UTF_8);
      names.add(name);
      size += size(name) + size(header.value());
    }
    Instant timestamp = message.timestamp();
    ByteBuffer frame = ByteBuffer.allocate(size);
    frame.position(HEAD);
    frame.putLong(spooledAt);
    frame.putLong(timestamp == null ? spooledAt : timestamp.toEpochMilli());
    put(frame, topic);
    put(frame, message.key());
    put(frame, message.value());
    frame.putInt(names.size());
    int i = 0;
    for (Headers.Header header : message.headers()) {
      put(frame, names.get(i++));
      put(frame, header.value());
    }
    frame.putInt(0, MARK).putInt(Integer.BYTES, size - HEAD);
    frame.putInt(2 * Integer.BYTES, checksum(frame, 0, size - HEAD));
    return frame.flip();
  }

  /** Of a whole frame. */
  static long spooledAt(ByteBuffer frame) {
    return frame.getLong(HEAD);
  }

  private static int size(byte @Nullable [] bytes) {
    return Integer.BYTES + (bytes == null ? 0 : bytes.length);
  }

  private static void put(ByteBuffer frame, byte @Nullable [] bytes) {
    if (bytes == null) {
      frame.putInt(-1);
    } else {
      frame.putInt(bytes.length).put(bytes);
    }
  }

  /** Of the length and of what follows the head of the frame at {@code at}. */
  private static int checksum(ByteBuffer bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(at + Integer.BYTES, Integer.BYTES));
    crc.update(bytes.slice(at + HEAD, length));
    return (int) crc.getValue();
  }

  /**
   * How long the frame at {@code at} says that it is, with its head; {@link #NONE} if there is none
   * there. What it says may be wrong.
   */
  static long sizeAt(ByteBuffer bytes, int at) {
    if (bytes.limit() - at < HEAD || bytes.getInt(at) != MARK) {
      return NONE;
    }
    int length = bytes.getInt(at + Integer.BYTES);
    return length < 0 ? NONE : (long) HEAD + length;
  }

  /**
   * Whether {@code bytes} are a frame that was not written to its end: not so if they are all of
   * one, and only its length is wrong.
   */
  static boolean isTorn(ByteBuffer bytes) {
    for (int i = 0; i < Math.min(Integer.BYTES, bytes.limit()); i++) {
      if (bytes.get(i) != (byte) (MARK >>> (8 * (3 - i)))) {
        return false;
      }
    }
    if (bytes.limit() < HEAD) {
      return true;
    }
    if (sizeAt(bytes, 0) <= bytes.limit()) {
      return false;
    }
    int length = bytes.limit() - HEAD;
    ByteBuffer whole = ByteBuffer.allocate(bytes.limit()).put(0, bytes, 0, bytes.limit());
    whole.putInt(Integer.BYTES, length);
    return checksum(whole, 0, length) != whole.getInt(2 * Integer.BYTES);
  }

  /** The frame at {@code at}; null if there is none, or not as it was written. */
  static @Nullable SpoolFrame decode(ByteBuffer bytes, int at) {
    long size = sizeAt(bytes, at);
    if (size == NONE || size > bytes.limit() - at) {
      return null;
    }
    int length = (int) size - HEAD;
    if (checksum(bytes, at, length) != bytes.getInt(at + 2 * Integer.BYTES)) {
      return null;
    }
    try {
      return decoded(bytes.slice(at + HEAD, length), (int) size);
    } catch (BufferUnderflowException | NegativeArraySizeException notOurs) {
      return null;
    }
  }

  private static @Nullable SpoolFrame decoded(ByteBuffer frame, int size) {
    long spooledAt = frame.getLong();
    long timestamp = frame.getLong();
    byte[] topic = take(frame);
    byte[] key = take(frame);
    byte[] value = take(frame);
    if (topic == null) {
      return null;
    }
    List<Headers.Header> headers = new ArrayList<>();
    for (int left = frame.getInt(); left > 0; left--) {
      byte[] name = take(frame);
      headers.add(new Headers.Header(name == null ? "" : new String(name, UTF_8), take(frame)));
    }
    Message message =
        Message.of(new String(topic, UTF_8), key, value)
            .withHeaders(Headers.of(headers))
            .withTimestamp(Instant.ofEpochMilli(timestamp));
    return new SpoolFrame(message, spooledAt, size);
  }

  private static byte @Nullable [] take(ByteBuffer frame) {
    int length = frame.getInt();
    if (length == -1) {
      return null;
    }
    if (length > frame.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    frame.get(bytes);
    return bytes;
  }
}
