package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.avro.reflect.ReflectDatumReader;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Reads into plain classes and Java records. The classes of collections and arrays are those that
 * the schema of the event class names, and never looked up by a name that came over the wire.
 */
final class ClosedReflectReader extends ReflectDatumReader<Object> {
  private static final Map<Class<?>, Function<String, ?>> FROM_TEXT =
      Map.of(BigDecimal.class, BigDecimal::new, BigInteger.class, BigInteger::new);

  private final ClosedReflectData data;

  ClosedReflectReader(Schema writer, Schema reader, ClosedReflectData data) {
    super(writer, reader, data);
    this.data = data;
  }

  @Override
  protected Object readRecord(@Nullable Object old, Schema expected, ResolvingDecoder in)
      throws IOException {
    Class<?> type = data.getClass(expected);
    if (type == null || !type.isRecord()) {
      return super.readRecord(old, expected, in);
    }
    RecordShape shape = RecordShape.of(type);
    @Nullable Object[] values = shape.blank();
    for (Field field : in.readFieldOrder()) {
      Object value = read(null, field.schema(), in);
      int index = shape.index(field.name());
      if (index >= 0) {
        values[index] = component(value, shape.type(index));
      }
    }
    return shape.construct(values);
  }

  private static @Nullable Object component(@Nullable Object value, Class<?> type) {
    if (type == Optional.class) {
      return Optional.ofNullable(value);
    }
    Function<String, ?> fromText = FROM_TEXT.get(type);
    return fromText != null && value instanceof String text ? fromText.apply(text) : value;
  }

  @Override
  protected Object newArray(@Nullable Object old, int size, Schema schema) {
    Class<?> type = data.named(schema, SpecificData.CLASS_PROP);
    if (type == null || type.isAssignableFrom(ArrayList.class)) {
      return new ArrayList<>(initialCollectionCapacity(size));
    }
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), size);
    }
    if (Set.class.isAssignableFrom(type) && type.isAssignableFrom(HashSet.class)) {
      return new HashSet<>();
    }
    if (Map.class.isAssignableFrom(type)) {
      throw new AvroRuntimeException("a map whose keys are not text");
    }
    return SpecificData.newInstance(type, schema);
  }

  @Override
  protected Object readBytes(@Nullable Object old, Schema schema, Decoder in) throws IOException {
    ByteBuffer bytes = in.readBytes(null);
    if (data.named(schema, SpecificData.CLASS_PROP) != byte[].class) {
      return bytes;
    }
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  /** Avro would load the class that the schema names. */
  @Override
  protected @Nullable Class<?> findStringClass(Schema schema) {
    return String.class;
  }
}
