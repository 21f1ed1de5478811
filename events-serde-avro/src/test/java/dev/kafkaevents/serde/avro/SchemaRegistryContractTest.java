package dev.kafkaevents.serde.avro;

import dev.kafkaevents.testkit.registry.TestRegistry;
import org.junit.jupiter.api.AfterEach;

class SchemaRegistryContractTest extends SchemasContract {
  private final TestRegistry server = TestRegistry.start();
  private final SchemaRegistry schemas = SchemaRegistry.builder(server.url()).build();

  @Override
  Schemas schemas() {
    return schemas;
  }

  @AfterEach
  void close() {
    server.close();
  }
}
