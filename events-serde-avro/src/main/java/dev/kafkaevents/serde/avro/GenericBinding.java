package dev.kafkaevents.serde.avro;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificRecord;

/** Records that carry their schema: written with it, and read into what they were written with. */
final class GenericBinding implements Binding {
  static final GenericBinding INSTANCE = new GenericBinding();

  private GenericBinding() {}

  /** Whether {@code payload} carries a schema that its class does not tell. */
  static boolean isGeneric(Object payload) {
    return payload instanceof GenericContainer && !(payload instanceof SpecificRecord);
  }

  @Override
  public Schema schemaOf(Object payload) {
    return ((GenericContainer) payload).getSchema();
  }

  @Override
  public DatumWriter<Object> writer(Schema own) {
    return new GenericDatumWriter<>(own, new GenericData());
  }

  /** For generic data the fast reader looks at no class that a schema names. */
  @Override
  public DatumReader<Object> reader(Schema writer) throws IOException {
    return new FastReaderBuilder(new GenericData()).createDatumReader(writer, writer);
  }
}
