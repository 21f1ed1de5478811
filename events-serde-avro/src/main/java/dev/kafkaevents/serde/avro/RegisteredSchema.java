package dev.kafkaevents.serde.avro;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** A schema that a registry knows, and by what. Immutable: {@code withX} returns a changed copy. */
public final class RegisteredSchema {
  private final int id;
  private final Schema schema;
  private final @Nullable UUID guid;
  private final List<String> rules;

  private RegisteredSchema(int id, Schema schema, @Nullable UUID guid, List<String> rules) {
    this.id = id;
    this.schema = schema;
    this.guid = guid;
    this.rules = rules;
  }

  /** A schema without a GUID and without rules. */
  public static RegisteredSchema of(int id, Schema schema) {
    return new RegisteredSchema(id, requireNonNull(schema, "schema"), null, List.of());
  }

  /** With the GUID the registry has given it. */
  public RegisteredSchema withGuid(@Nullable UUID guid) {
    return new RegisteredSchema(id, schema, guid, rules);
  }

  /** With the names of its rules, which makes it one that {@link AvroSerde} refuses. */
  public RegisteredSchema withRules(List<String> rules) {
    return new RegisteredSchema(id, schema, guid, List.copyOf(rules));
  }

  /**
   * What is on the wire in front of the payload; never another schema's in the same registry. 0 if
   * it was asked for by its GUID and the registry did not tell.
   */
  public int id() {
    return id;
  }

  /** The schema as it was written with, references resolved. */
  public Schema schema() {
    return schema;
  }

  /** What is in the header in place of an id; null if the registry gives none. */
  public @Nullable UUID guid() {
    return guid;
  }

  /**
   * The names of the rules a registry wants run on each event (encryption, migration); mostly none.
   */
  public List<String> rules() {
    return rules;
  }

  /** The id and the name. */
  @Override
  public String toString() {
    return "schema " + (id == 0 ? guid : id) + " (" + schema.getFullName() + ")";
  }
}
