package dev.kafkaevents.serde.avro;

class InMemorySchemasTest extends SchemasContract {
  private final InMemorySchemas schemas = new InMemorySchemas();

  @Override
  Schemas schemas() {
    return schemas;
  }
}
