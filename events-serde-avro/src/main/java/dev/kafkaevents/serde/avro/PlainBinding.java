package dev.kafkaevents.serde.avro;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericData.StringType;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.FastReaderBuilder;
import org.jspecify.annotations.Nullable;

/** A payload that is one value: text, a number, bytes. */
final class PlainBinding implements Binding {
  private static final Map<Class<?>, Schema.Type> TYPES =
      Map.of(
          String.class, Schema.Type.STRING,
          Integer.class, Schema.Type.INT,
          Long.class, Schema.Type.LONG,
          Float.class, Schema.Type.FLOAT,
          Double.class, Schema.Type.DOUBLE,
          Boolean.class, Schema.Type.BOOLEAN,
          byte[].class, Schema.Type.BYTES);

  private final Schema schema;
  private final Schema readInto;

  private PlainBinding(Schema.Type type) {
    this.schema = Schema.create(type);
    this.readInto = Schema.create(type);
    if (type == Schema.Type.STRING) {
      GenericData.setStringType(readInto, StringType.String);
    }
  }

  /** Null if {@code type} is not one value. */
  static @Nullable PlainBinding of(Class<?> type) {
    Schema.Type avro =
        ByteBuffer.class.isAssignableFrom(type) ? Schema.Type.BYTES : TYPES.get(type);
    return avro == null ? null : new PlainBinding(avro);
  }

  @Override
  public Schema ownSchema() {
    return schema;
  }

  @Override
  public Schema schemaOf(Object payload) {
    return schema;
  }

  @Override
  public DatumWriter<Object> writer(Schema own) {
    return new GenericDatumWriter<>(own, new GenericData());
  }

  @Override
  public DatumReader<Object> reader(Schema writer) throws IOException {
    return new FastReaderBuilder(new GenericData()).createDatumReader(writer, readInto);
  }

  @Override
  public Schema readInto(Schema writer) {
    return readInto;
  }
}
