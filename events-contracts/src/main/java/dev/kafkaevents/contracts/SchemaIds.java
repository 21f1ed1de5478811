package dev.kafkaevents.contracts;

import static java.util.Objects.requireNonNull;

import java.util.function.IntFunction;
import java.util.function.ToIntBiFunction;
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

  /**
   * A registry, by its two calls:
   *
   * <pre>{@code
   * SchemaIds.of(
   *     id -> schemas.byId(id).schema(),
   *     (subject, schema) -> schemas.register(subject, schema).id());
   * }</pre>
   */
  static SchemaIds of(IntFunction<Schema> byId, ToIntBiFunction<String, Schema> register) {
    requireNonNull(byId, "byId");
    requireNonNull(register, "register");
    return new SchemaIds() {
      @Override
      public Schema schemaOf(int id) {
        return byId.apply(id);
      }

      @Override
      public int idOf(String subject, Schema schema) {
        return register.applyAsInt(subject, schema);
      }
    };
  }

  /** For contracts in JSON. */
  static SchemaIds none() {
    return of(
        id -> {
          throw missing();
        },
        (subject, schema) -> {
          throw missing();
        });
  }

  private static ContractException missing() {
    return new ContractException(
        "the payloads of this contract are Avro, and no schema ids were given: override schemaIds() with those of the registry that the serde uses");
  }
}
