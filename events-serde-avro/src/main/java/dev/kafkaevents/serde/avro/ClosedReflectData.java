package dev.kafkaevents.serde.avro;

import java.util.Collection;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.reflect.ReflectData;
import org.jspecify.annotations.Nullable;

/**
 * Avro's model for one plain class, closed as {@link ClosedSpecificData} is. Beyond Avro's own it
 * knows Java records, UUIDs, and the types of {@code java.time} in microseconds.
 */
final class ClosedReflectData extends ReflectData {
  private final @Nullable ClassesOfSchema classes;

  /** Without classes it can tell schemas, and neither read nor write. */
  ClosedReflectData(@Nullable ClassLoader loader, @Nullable ClassesOfSchema classes) {
    super(loader);
    this.classes = classes;
    // The first of a class is what its schema is made from; the others are for annotated fields.
    addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
    addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
    addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    addLogicalTypeConversion(new TimeConversions.DateConversion());
    addLogicalTypeConversion(new Conversions.UUIDConversion());
  }

  /** The class that {@code schema} names in {@code property}; null if it names none we know. */
  @Nullable Class<?> named(Schema schema, String property) {
    String name = schema.getProp(property);
    return name == null || classes == null ? null : classes.get(name);
  }

  @Override
  public @Nullable Class<?> getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> classes == null ? null : classes.get(schema.getFullName());
      case ARRAY -> Collection.class;
      case MAP -> Map.class;
      case STRING -> String.class;
      default -> super.getClass(schema);
    };
  }

  /** Avro gets at fields in ways that Java forbids for records. */
  @Override
  protected @Nullable Object getRecordState(Object record, Schema schema) {
    return record.getClass().isRecord() ? null : super.getRecordState(record, schema);
  }

  @Override
  protected @Nullable Object getField(
      Object record, String name, int position, @Nullable Object state) {
    return record.getClass().isRecord()
        ? RecordShape.of(record.getClass()).get(record, name)
        : super.getField(record, name, position, state);
  }

  @Override
  public @Nullable Object getField(Object record, String name, int position) {
    return getField(record, name, position, getRecordState(record, getSchema(record.getClass())));
  }
}
