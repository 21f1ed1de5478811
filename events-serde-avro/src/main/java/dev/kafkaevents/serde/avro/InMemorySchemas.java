package dev.kafkaevents.serde.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.SerdeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Schemas for unit tests, without a server. As a registry does by default, it takes a schema into a
 * subject only if that schema can read what was written with the version before it.
 */
public final class InMemorySchemas implements Schemas {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<RegisteredSchema> byId = new ArrayList<>();
  private final Map<String, List<RegisteredSchema>> subjects = new HashMap<>();

  @Override
  public RegisteredSchema byId(int id) {
    lock.lock();
    try {
      if (id < 1 || id > byId.size()) {
        throw new SerdeException("there is no schema " + id + " in memory");
      }
      return byId.get(id - 1);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RegisteredSchema byGuid(UUID guid) {
    lock.lock();
    try {
      return byId.stream()
          .filter(known -> guid.equals(known.guid()))
          .findFirst()
          .orElseThrow(() -> new SerdeException("there is no schema " + guid + " in memory"));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RegisteredSchema register(String subject, Schema schema) {
    String text = JavaProperties.without(schema);
    lock.lock();
    try {
      RegisteredSchema known = find(subject, text);
      if (known != null) {
        return known;
      }
      List<String> problems = incompatibilities(subject, schema);
      if (!problems.isEmpty()) {
        throw new SerdeException(
            "%s is not compatible with the latest version of subject %s: %s"
                .formatted(schema.getFullName(), subject, problems));
      }
      RegisteredSchema added = withText(text);
      subjects.computeIfAbsent(subject, s -> new ArrayList<>()).add(added);
      return added;
    } finally {
      lock.unlock();
    }
  }

  /** The same text has the same id in all subjects. */
  private RegisteredSchema withText(String text) {
    for (RegisteredSchema known : byId) {
      if (known.schema().toString().equals(text)) {
        return known;
      }
    }
    RegisteredSchema added =
        RegisteredSchema.of(byId.size() + 1, new Schema.Parser().parse(text))
            .withGuid(UUID.nameUUIDFromBytes(text.getBytes(UTF_8)));
    byId.add(added);
    return added;
  }

  @Override
  public RegisteredSchema lookup(String subject, Schema schema) {
    lock.lock();
    try {
      RegisteredSchema known = find(subject, JavaProperties.without(schema));
      if (known == null) {
        throw new SerdeException(
            "%s is not registered under subject %s".formatted(schema.getFullName(), subject));
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable RegisteredSchema find(String subject, String text) {
    for (RegisteredSchema version : subjects.getOrDefault(subject, List.of())) {
      if (version.schema().toString().equals(text)) {
        return version;
      }
    }
    return null;
  }

  @Override
  public RegisteredSchema latest(String subject) {
    lock.lock();
    try {
      List<RegisteredSchema> versions = subjects.getOrDefault(subject, List.of());
      if (versions.isEmpty()) {
        throw new SerdeException("there is no subject " + subject + " in memory");
      }
      return versions.get(versions.size() - 1);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<String> incompatibilities(String subject, Schema schema) {
    lock.lock();
    try {
      List<RegisteredSchema> versions = subjects.getOrDefault(subject, List.of());
      if (versions.isEmpty()) {
        return List.of();
      }
      Schema latest = versions.get(versions.size() - 1).schema();
      return Incompatible.reasons(schema, latest);
    } finally {
      lock.unlock();
    }
  }
}
