package dev.kafkaevents.examples.teamserde;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.spi.Serde;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Readings in a few bytes: how many fields there are, and of each its number, its length and its
 * bytes. Who does not know a number passes the field by, so fields can be added; a number is never
 * given to another field. Immutable, and so fit for many threads.
 */
final class ReadingSerde implements Serde<Reading> {
  static final int MAX_BYTES = 1 << 20;

  private static final int SENSOR = 1;
  private static final int AT = 2;
  private static final int CELSIUS = 3;
  private static final int NOTE = 4;

  private static final int HEAD = 1 + Integer.BYTES;

  /** For topics of readings; others are left to the serdes that follow. */
  static Serde.Factory factory() {
    return topic -> topic.payloadType() == Reading.class ? new ReadingSerde() : null;
  }

  @Override
  public String contentType() {
    return "application/vnd.acme.reading";
  }

  @Override
  public byte[] encode(Reading reading, HeaderSink headers) {
    Instant at = reading.at();
    ByteBuffer sensor = utf8(reading.sensor());
    ByteBuffer note = reading.note() == null ? null : utf8(reading.note());
    long size =
        1L
            + (HEAD + sensor.remaining())
            + (HEAD + Long.BYTES + Integer.BYTES)
            + (HEAD + Double.BYTES)
            + (note == null ? 0 : HEAD + note.remaining());
    if (size > MAX_BYTES) {
      throw new SerdeException(
          "a reading takes %d bytes, and at most %d are allowed".formatted(size, MAX_BYTES));
    }
    ByteBuffer out = ByteBuffer.allocate((int) size);
    out.put((byte) (note == null ? 3 : 4));
    out.put((byte) SENSOR).putInt(sensor.remaining()).put(sensor);
    out.put((byte) AT).putInt(Long.BYTES + Integer.BYTES);
    out.putLong(at.getEpochSecond()).putInt(at.getNano());
    out.put((byte) CELSIUS).putInt(Double.BYTES).putDouble(reading.celsius());
    if (note != null) {
      out.put((byte) NOTE).putInt(note.remaining()).put(note);
    }
    return out.array();
  }

  @Override
  public Reading decode(byte[] bytes, Class<? extends Reading> payloadType, Headers headers) {
    if (bytes.length > MAX_BYTES) {
      throw unreadable(
          "it has %d bytes, and at most %d are allowed".formatted(bytes.length, MAX_BYTES));
    }
    try {
      return read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException e) {
      throw unreadable("it ends in the middle");
    } catch (CharacterCodingException e) {
      throw unreadable("a text is not UTF-8");
    } catch (DateTimeException e) {
      throw unreadable("its time is out of bounds");
    }
  }

  private static Reading read(ByteBuffer in) throws CharacterCodingException {
    String sensor = null;
    Instant at = null;
    Double celsius = null;
    String note = null;
    for (int fields = in.get(); fields > 0; fields--) {
      int number = in.get();
      ByteBuffer field = next(in, in.getInt());
      switch (number) {
        case SENSOR -> sensor = text(field);
        case AT -> at = Instant.ofEpochSecond(field.getLong(), field.getInt());
        case CELSIUS -> celsius = field.getDouble();
        case NOTE -> note = text(field);
        default -> {} // of a later version
      }
    }
    if (in.hasRemaining()) {
      throw unreadable("there are bytes after it");
    }
    if (sensor == null || at == null || celsius == null) {
      throw unreadable("a field is missing that every reading has");
    }
    return new Reading(sensor, at, celsius, note);
  }

  /** The length is claimed by whoever wrote it: it is compared with what is there. */
  private static ByteBuffer next(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer field = in.slice(in.position(), length);
    in.position(in.position() + length);
    return field;
  }

  private static String text(ByteBuffer field) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(field).toString();
  }

  private static ByteBuffer utf8(String text) {
    try {
      return UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new SerdeException("can't write a reading: a text has half a character");
    }
  }

  /** Nothing of the reading is in the message, which ends up in logs. */
  private static SerdeException unreadable(String why) {
    return new SerdeException("can't read a reading: " + why);
  }
}
