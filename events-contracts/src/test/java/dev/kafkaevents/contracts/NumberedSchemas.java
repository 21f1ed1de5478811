package dev.kafkaevents.contracts;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** Ids from 1, in the order schemas come. */
final class NumberedSchemas implements SchemaIds {
  private final List<Schema> schemas = new CopyOnWriteArrayList<>();

  @Override
  public Schema schemaOf(int id) {
    return schemas.get(id - 1);
  }

  @Override
  public int idOf(String subject, Schema schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return schemas.indexOf(schema) + 1;
  }
}
