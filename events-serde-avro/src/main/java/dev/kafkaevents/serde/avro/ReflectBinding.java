package dev.kafkaevents.serde.avro;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.reflect.ReflectDatumWriter;

/** A plain Java class or record, whose fields are its schema. */
final class ReflectBinding implements Binding {
  private final ClosedReflectData data;
  private final Schema schema;

  ReflectBinding(Class<?> type) {
    ClosedReflectData open = new ClosedReflectData(type.getClassLoader(), null);
    this.schema = open.getSchema(type);
    this.data = new ClosedReflectData(type.getClassLoader(), ClassesOfSchema.of(schema, type));
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
    return new ReflectDatumWriter<>(schema, data) {
      @Override
      protected void writeString(Schema schema, Object datum, Encoder out) throws IOException {
        super.writeString(schema, TextTypes.written(datum), out);
      }
    };
  }

  @Override
  public DatumReader<Object> reader(Schema writer) {
    return new ClosedReflectReader(writer, schema, data);
  }

  @Override
  public Schema readInto(Schema writer) {
    return schema;
  }
}
