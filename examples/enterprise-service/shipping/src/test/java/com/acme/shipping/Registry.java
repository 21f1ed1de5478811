package com.acme.shipping;

import dev.kafkaevents.contracts.SchemaIds;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import org.apache.avro.Schema;

/** What a registry knows, for a test. */
final class Registry implements SchemaIds {
  final InMemorySchemas schemas = new InMemorySchemas();

  @Override
  public Schema schemaOf(int id) {
    return schemas.byId(id).schema();
  }

  @Override
  public int idOf(String subject, Schema schema) {
    return schemas.register(subject, schema).id();
  }
}
