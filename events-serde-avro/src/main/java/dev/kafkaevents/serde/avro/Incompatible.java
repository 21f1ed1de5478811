package dev.kafkaevents.serde.avro;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** Says why one schema can't read what another has written. */
final class Incompatible {
  private Incompatible() {}

  /** Empty if it can. In each, what is wrong and where in the reader's schema. */
  static List<String> reasons(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(each -> each.getType() + " at " + each.getLocation() + ": " + each.getMessage())
        .toList();
  }
}
