package dev.kafkaevents.serde.avro;

import dev.kafkaevents.SerdeException;
import dev.kafkaevents.UnavailableException;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;

/**
 * Where schemas are kept: {@link SchemaRegistry} asks a server, {@link InMemorySchemas} is for
 * tests. Used by many threads at once. A method may block for as long as a server may take to
 * answer, so what was found is kept.
 *
 * <p>What the registry says no to is a {@link SerdeException}; asking again gives the same answer.
 * If it does not answer, or not as a registry does, it is an {@link UnavailableException}.
 */
public interface Schemas {
  /**
   * The schema with that id.
   *
   * @throws SerdeException if there is none
   */
  RegisteredSchema byId(int id);

  /**
   * The schema with that GUID.
   *
   * @throws SerdeException if there is none, or the registry has no GUIDs
   */
  RegisteredSchema byGuid(UUID guid);

  /**
   * Makes {@code schema} a version of {@code subject}; if it is one already, nothing changes.
   *
   * @throws SerdeException if it is not compatible with the versions before it
   */
  RegisteredSchema register(String subject, Schema schema);

  /**
   * What {@code schema} is registered as under {@code subject}.
   *
   * @throws SerdeException if it is not
   */
  RegisteredSchema lookup(String subject, Schema schema);

  /**
   * The latest version of {@code subject}, which may be some time old.
   *
   * @throws SerdeException if there is no such subject
   */
  RegisteredSchema latest(String subject);

  /**
   * Why {@code schema} can't become the next version of {@code subject}; empty if it can, or if
   * there is no such subject yet. It registers nothing.
   */
  List<String> incompatibilities(String subject, Schema schema);
}
