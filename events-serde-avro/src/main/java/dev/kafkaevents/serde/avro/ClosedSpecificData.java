package dev.kafkaevents.serde.avro;

import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Avro's model for one generated class, closed: only the classes of its own schema are ever made.
 * Avro as it comes refuses generated classes until system properties of the whole JVM allow their
 * packages; this needs none, and allows less.
 */
final class ClosedSpecificData extends SpecificData {
  private final ClassesOfSchema classes;

  ClosedSpecificData(Class<?> type, ClassesOfSchema classes) {
    super(type.getClassLoader());
    this.classes = classes;
    setCustomCoders(true);
    for (Conversion<?> conversion : SpecificData.getForClass(type).getConversions()) {
      addLogicalTypeConversion(conversion);
    }
  }

  @Override
  public @Nullable Class<?> getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> classes.get(schema.getFullName());
      default -> super.getClass(schema);
    };
  }
}
