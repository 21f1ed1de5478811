package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a record names the schema it was written with, byte for byte as Confluent's serializers do: a
 * prefix of {@code 00} and an id of four bytes, or of {@code 01} and a GUID of sixteen, either in
 * front of the payload or in a header of its own.
 */
final class WireFormat {
  /** Of the value; keys are text here. */
  static final String HEADER = "__value_schema_id";

  private static final byte ID = 0;
  private static final byte GUID = 1;
  private static final int ID_LENGTH = 5;
  private static final int GUID_LENGTH = 17;

  private WireFormat() {}

  static byte[] prefix(int id) {
    return ByteBuffer.allocate(ID_LENGTH).put(ID).putInt(id).array();
  }

  static byte[] header(UUID guid) {
    return ByteBuffer.allocate(GUID_LENGTH)
        .put(GUID)
        .putLong(guid.getMostSignificantBits())
        .putLong(guid.getLeastSignificantBits())
        .array();
  }

  /** Where the payload starts. */
  static int payloadOffset(byte[] bytes, boolean inHeader) {
    return inHeader ? 0 : bytes[0] == ID ? ID_LENGTH : GUID_LENGTH;
  }

  /** The bytes that name the schema: those of the header if there is one. */
  static byte[] naming(byte[] bytes, byte @Nullable [] header) {
    byte[] naming = header != null ? header : bytes;
    if (naming.length == 0 || (naming[0] != ID && naming[0] != GUID)) {
      throw new SerdeException(
          header != null
              ? "header %s names no schema: it has %d bytes, and starts with neither 00 nor 01"
                  .formatted(HEADER, header.length)
              : noPrefix(bytes));
    }
    int needed = naming[0] == ID ? ID_LENGTH : GUID_LENGTH;
    if (header != null ? header.length != needed : bytes.length < needed) {
      throw new SerdeException(
          "%s names no schema: it has %d bytes, and the name alone takes %d"
              .formatted(header != null ? "header " + HEADER : "the value", naming.length, needed));
    }
    return naming;
  }

  static boolean isId(byte[] naming) {
    return naming[0] == ID;
  }

  static int id(byte[] naming) {
    return (naming[1] & 0xff) << 24
        | (naming[2] & 0xff) << 16
        | (naming[3] & 0xff) << 8
        | (naming[4] & 0xff);
  }

  static UUID guid(byte[] naming) {
    ByteBuffer buffer = ByteBuffer.wrap(naming, 1, GUID_LENGTH - 1);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  /** The first byte tells the format, and nothing of the payload. */
  private static String noPrefix(byte[] bytes) {
    if (bytes.length == 0) {
      return "the value is empty, and names no schema";
    }
    String guess =
        switch (bytes[0]) {
          case '{', '[', '"' -> "; it looks like JSON, which a serde for JSON reads";
          case 3 -> "; it looks like a value of the AWS Glue serializer";
          case 'O' -> "; it may be an Avro file, which is not a message";
          default -> "";
        };
    return "the value names no schema: it has %d bytes, the first is %02x, not 00 or 01%s"
        .formatted(bytes.length, bytes[0], guess);
  }
}
