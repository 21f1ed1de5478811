package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        values[index] = shape.type(index) == Optional.class ? Optional.ofNullable(value) : value;
      }
    }
    return shape.construct(values);
  }

  /**
   * Avro counts, for each block, what its items take at least, and makes more for it than for the
   * items. {@link ArrayDecoder} counts them already.
   */
  @Override
  protected Object readArray(@Nullable Object old, Schema expected, ResolvingDecoder in)
      throws IOException {
    Class<?> type = data.named(expected, SpecificData.CLASS_PROP);
    if (type != null && type.isArray() && type.getComponentType().isPrimitive()) {
      return super.readArray(old, expected, in);
    }
    long items = in.readArrayStart();
    Object array = newArray(null, type != null && type.isArray() ? 0 : (int) items, expected);
    Collection<Object> collection = collection(array);
    for (; items > 0; items = in.arrayNext()) {
      for (long item = 0; item < items; item++) {
        collection.add(read(null, expected.getElementType(), in));
      }
    }
    return array instanceof Object[] empty ? collection.toArray(empty) : array;
  }

  @SuppressWarnings("unchecked") // what is read with its schema is what it holds
  private static Collection<Object> collection(Object array) {
    return array instanceof Collection<?> collection
        ? (Collection<Object>) collection
        : new ArrayList<>();
  }

  @Override
  protected Object readMap(@Nullable Object old, Schema expected, ResolvingDecoder in)
      throws IOException {
    Map<String, @Nullable Object> map = new HashMap<>();
    for (long entries = in.readMapStart(); entries > 0; entries = in.mapNext()) {
      for (long entry = 0; entry < entries; entry++) {
        map.put(in.readString(), read(null, expected.getValueType(), in));
      }
    }
    return map;
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
  protected Object readString(@Nullable Object old, Schema expected, Decoder in)
      throws IOException {
    String text = in.readString();
    Class<?> type = data.named(expected, SpecificData.CLASS_PROP);
    return type == null ? text : TextTypes.read(type, text);
  }
}
