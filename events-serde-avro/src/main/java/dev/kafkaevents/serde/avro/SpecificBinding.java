package dev.kafkaevents.serde.avro;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;

/** A generated class. */
final class SpecificBinding implements Binding {
  private final ClosedSpecificData data;
  private final Schema schema;

  SpecificBinding(Class<?> type) {
    this.schema = SpecificData.get().getSchema(type);
    this.data = new ClosedSpecificData(type, ClassesOfSchema.of(schema, type));
  }

  @Override
  public Schema ownSchema() {
    return schema;
  }

  @Override
  public Schema schemaOf(Object payload) {
    return schema;
  }

  /**
   * The generated code that writes fields itself is three times as fast, and it ignores the schema
   * of the writer: it is only ever given that of the class.
   */
  @Override
  public DatumWriter<Object> writer(Schema own) {
    return new SpecificDatumWriter<>(schema, data);
  }

  @Override
  public DatumReader<Object> reader(Schema writer) throws IOException {
    return new FastReaderBuilder(data).createDatumReader(writer, schema);
  }

  @Override
  public Schema readInto(Schema writer) {
    return schema;
  }
}
