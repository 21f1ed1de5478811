package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * How the payloads of one class are Avro. Chosen by the class alone: no setting says whether a
 * record is generated, generic or plain Java. Immutable.
 */
interface Binding {
  /** The schema that {@code payload} has of its own. */
  Schema schemaOf(Object payload);

  /**
   * The schema of the class.
   *
   * @throws SerdeException if each payload brings its own
   */
  default Schema ownSchema() {
    throw new SerdeException("a generic record has no schema of its class, each brings its own");
  }

  /** Writes payloads with their own schema. */
  DatumWriter<Object> writer(Schema own);

  /** Reads what was written with {@code writer} into payloads. */
  DatumReader<Object> reader(Schema writer) throws IOException;

  /** The schema that {@link #reader} reads into. */
  default Schema readInto(Schema writer) {
    return writer;
  }

  /**
   * The binding of {@code type}.
   *
   * @throws SerdeException if it can't be Avro
   */
  static Binding of(Class<?> type) {
    try {
      if (SpecificRecord.class.isAssignableFrom(type) && type != SpecificRecord.class) {
        return new SpecificBinding(type);
      }
      if (GenericContainer.class.isAssignableFrom(type)) {
        return GenericBinding.INSTANCE;
      }
      Binding plain = PlainBinding.of(type);
      return plain != null ? plain : new ReflectBinding(type);
    } catch (RuntimeException e) {
      throw new SerdeException(
          "%s can't be Avro: %s".formatted(type.getName(), AvroProblems.ofClass(e)), e);
    }
  }

  /** Whether payloads of that class are written as they are, without a length. */
  static boolean isRaw(Class<?> type) {
    return type == byte[].class || ByteBuffer.class.isAssignableFrom(type);
  }
}
