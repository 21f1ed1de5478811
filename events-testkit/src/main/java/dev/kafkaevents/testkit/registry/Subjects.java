package dev.kafkaevents.testkit.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What the registry keeps: subjects with their versions, ids that a context gives to texts, and
 * settings. Guarded by whoever holds it.
 */
final class Subjects {
  private static final String DEFAULT_CONTEXT = ":.:";

  /** One version of a subject. */
  static final class Version {
    final String subject;
    final int number;
    final Text text;
    boolean deleted;

    private Version(String subject, int number, Text text) {
      this.subject = subject;
      this.number = number;
      this.text = text;
    }
  }

  /**
   * A schema with the id it has in its context.
   *
   * @param rules what was registered with it and is handed out again, unread
   */
  record Text(int id, String schema, JsonNode references, @Nullable JsonNode rules) {
    UUID guid() {
      return UUID.nameUUIDFromBytes((schema + references).getBytes(UTF_8));
    }
  }

  private final Map<String, List<Version>> subjects = new TreeMap<>();
  private final Map<String, List<Text>> contexts = new HashMap<>();
  final Map<String, CompatibilityLevel> levels = new HashMap<>();
  final Map<String, String> modes = new HashMap<>();

  /** The context of a subject: what is between its colons. */
  private static String context(String subject) {
    return subject.startsWith(":.")
        ? subject.substring(0, subject.indexOf(':', 1) + 1)
        : DEFAULT_CONTEXT;
  }

  List<String> names(boolean deleted) {
    return subjects.entrySet().stream()
        .filter(entry -> deleted || entry.getValue().stream().anyMatch(v -> !v.deleted))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The versions that are not deleted. */
  List<Version> versions(String subject) {
    List<Version> versions =
        subjects.getOrDefault(subject, List.of()).stream().filter(v -> !v.deleted).toList();
    if (versions.isEmpty()) {
      throw RegistryError.noSubject(subject);
    }
    return versions;
  }

  List<Version> versionsIfAny(String subject) {
    return subjects.getOrDefault(subject, List.of()).stream().filter(v -> !v.deleted).toList();
  }

  Version version(String subject, String version) {
    int number = number(version);
    List<Version> versions = versions(subject);
    if (number == -1) {
      return versions.get(versions.size() - 1);
    }
    return versions.stream()
        .filter(each -> each.number == number)
        .findFirst()
        .orElseThrow(() -> RegistryError.noVersion(version));
  }

  private static int number(String version) {
    try {
      int number = version.equals("latest") ? -1 : Integer.parseInt(version);
      if (number > 0 || number == -1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new RegistryError(
        42202,
        "The specified version '"
            + version
            + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
  }

  Text byId(int id, String subject) {
    return contexts.getOrDefault(context(subject), List.of()).stream()
        .filter(text -> text.id() == id)
        .findFirst()
        .orElseThrow(() -> RegistryError.noSchema(id));
  }

  Text byGuid(String guid) {
    return contexts.values().stream()
        .flatMap(List::stream)
        .filter(text -> text.guid().toString().equals(guid))
        .findFirst()
        .orElseThrow(() -> RegistryError.noSchema(guid));
  }

  /** The versions of the schema with that id, a deleted one not. */
  List<Version> withId(int id) {
    return subjects.values().stream()
        .flatMap(List::stream)
        .filter(version -> !version.deleted && version.text.id() == id)
        .toList();
  }

  Version find(String subject, ParsedSchema schema) {
    return versions(subject).stream()
        .filter(version -> isSame(version.text, schema))
        .findFirst()
        .orElseThrow(() -> RegistryError.noSchema(""));
  }

  private boolean isSame(Text text, ParsedSchema schema) {
    return schema.normalized()
        ? parse(text).equals(schema.schema())
        : text.schema().equals(schema.text()) && text.references().equals(schema.references());
  }

  Version register(String subject, ParsedSchema schema, @Nullable JsonNode rules) {
    for (Version version : versionsIfAny(subject)) {
      if (isSame(version.text, schema)) {
        return version;
      }
    }
    if (mode(subject).startsWith("READONLY")) {
      throw new RegistryError(42205, "Subject " + subject + " is in read-only mode");
    }
    List<String> problems = problems(subject, schema);
    if (!problems.isEmpty()) {
      throw new RegistryError(
          40901,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subject
              + "\", details: "
              + problems);
    }
    List<Version> versions = subjects.computeIfAbsent(subject, s -> new ArrayList<>());
    int next = versions.stream().map(v -> v.number).max(Comparator.naturalOrder()).orElse(0) + 1;
    Version added = new Version(subject, next, text(context(subject), schema, rules));
    versions.add(added);
    return added;
  }

  /** The same text has the same id in all subjects of a context. */
  private Text text(String context, ParsedSchema schema, @Nullable JsonNode rules) {
    List<Text> texts = contexts.computeIfAbsent(context, c -> new ArrayList<>());
    for (Text text : texts) {
      if (text.schema().equals(schema.text()) && text.references().equals(schema.references())) {
        return text;
      }
    }
    Text added = new Text(texts.size() + 1, schema.text(), schema.references(), rules);
    texts.add(added);
    return added;
  }

  List<String> problems(String subject, ParsedSchema schema) {
    List<Schema> earlier =
        versionsIfAny(subject).stream().map(version -> parse(version.text)).toList();
    return level(subject).problems(schema.schema(), earlier);
  }

  CompatibilityLevel level(String subject) {
    return levels.getOrDefault(subject, levels.getOrDefault("", CompatibilityLevel.BACKWARD));
  }

  String mode(String subject) {
    return modes.getOrDefault(subject, modes.getOrDefault("", "READWRITE"));
  }

  private Schema parse(Text text) {
    return ParsedSchema.parse(text.schema(), text.references(), this).schema();
  }

  List<Integer> delete(String subject, boolean permanent) {
    List<Version> versions = subjects.getOrDefault(subject, List.of());
    if (!permanent) {
      List<Version> left = versions(subject);
      left.forEach(this::requireUnreferenced);
      left.forEach(version -> version.deleted = true);
      return left.stream().map(version -> version.number).toList();
    }
    if (versions.isEmpty()) {
      throw RegistryError.noSubject(subject);
    }
    if (versions.stream().anyMatch(version -> !version.deleted)) {
      throw new RegistryError(
          40405,
          "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }
    subjects.remove(subject);
    return versions.stream().map(version -> version.number).toList();
  }

  int delete(String subject, String version) {
    Version found = version(subject, version);
    requireUnreferenced(found);
    found.deleted = true;
    return found.number;
  }

  private void requireUnreferenced(Version version) {
    boolean referenced =
        subjects.values().stream()
            .flatMap(List::stream)
            .filter(each -> !each.deleted)
            .flatMap(each -> stream(each.text.references()))
            .anyMatch(
                reference ->
                    reference.path("subject").asText().equals(version.subject)
                        && reference.path("version").asInt() == version.number);
    if (referenced) {
      throw new RegistryError(42206, "One or more references exist to the schema");
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>();
    array.forEach(nodes::add);
    return nodes.stream();
  }

  /** What {@code references} stand for, each after what it refers to itself. */
  Map<String, String> resolved(JsonNode references) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (JsonNode reference : references) {
      String subject = reference.path("subject").asText();
      String version = reference.path("version").asText();
      Version found = version(subject, version);
      resolved(found.text.references()).forEach(texts::putIfAbsent);
      texts.putIfAbsent(subject + " " + version, found.text.schema());
    }
    return texts;
  }
}
