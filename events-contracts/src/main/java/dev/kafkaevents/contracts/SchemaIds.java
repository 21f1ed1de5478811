package dev.kafkaevents.contracts;

import org.apache.avro.Schema;

/**
 * What a schema registry of the test knows: the ids that stand in front of Avro payloads. Contracts
 * in JSON need none.
 */
public interface SchemaIds {
  /** The schema with this id. */
  Schema schemaOf(int id);

  /** Registers a schema under a subject, and returns its id. */
  int idOf(String subject, Schema schema);

  /** For contracts in JSON. */
  static SchemaIds none() {
    return new SchemaIds() {
      @Override
      public Schema schemaOf(int id) {
        throw missing();
      }

      @Override
      public int idOf(String subject, Schema schema) {
        throw missing();
      }

      private static ContractException missing() {
        return new ContractException(
            "the payloads of this contract are Avro, and no schema ids were given: override schemaIds() with those of the registry that the serde uses");
      }
    };
  }
}
