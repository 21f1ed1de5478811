package dev.kafkaevents.contracts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Whether what one Avro schema writes another reads, and reads as the same. Avro's own check is
 * asked, but not believed: values are really written and read, and what is read is compared.
 */
final class AvroEvolution {
  private AvroEvolution() {}

  static List<Finding> check(Schema writer, Schema reader) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    List<Incompatibility> incompatible =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
            .getResult()
            .getIncompatibilities();
    for (Object datum : AvroInstances.of(writer)) {
      String witness = Json.text(AvroJson.toJson(datum, writer));
      byte[] bytes = AvroPayload.toBytes(datum, writer);
      Object read;
      try {
        read = AvroPayload.fromBytes(bytes, writer, reader);
      } catch (RuntimeException e) {
        addUnreadable(incompatible, reader, e, witness, findings);
        continue;
      }
      AvroDifference.inValues(
          datum,
          writer,
          read,
          reader,
          "",
          (path, keyword, written, came) ->
              add(
                  findings,
                  Finding.breaking(
                      path, keyword, written + " is written, " + came + " is read", witness)));
    }
    return withUndecided(writer, reader, incompatible, findings);
  }

  private static void add(Map<String, Finding> findings, Finding finding) {
    findings.putIfAbsent(Finding.acknowledgement(finding.path(), finding.keyword()), finding);
  }

  private static void addUnreadable(
      List<Incompatibility> incompatible,
      Schema reader,
      RuntimeException e,
      String witness,
      Map<String, Finding> findings) {
    if (incompatible.isEmpty()) {
      String why = "can't be read: " + e.getClass().getSimpleName();
      add(findings, Finding.breaking("", "unreadable", why, witness));
    }
    for (Incompatibility each : incompatible) {
      add(
          findings,
          Finding.breaking(
              path(each, reader), keyword(each), "can't be read: " + each.getMessage(), witness));
    }
  }

  private static List<Finding> withUndecided(
      Schema writer,
      Schema reader,
      List<Incompatibility> incompatible,
      Map<String, Finding> findings) {
    Map<String, Finding> all = new LinkedHashMap<>(findings);
    for (Incompatibility each : incompatible) {
      add(all, Finding.undecided(path(each, reader), keyword(each)));
    }
    AvroDifference.inSchemas(
        writer,
        reader,
        (path, keyword) -> {
          if (findings.values().stream().noneMatch(found -> found.path().equals(path))) {
            add(all, Finding.undecided(path, keyword));
          }
        });
    return new ArrayList<>(all.values());
  }

  private static String keyword(Incompatibility incompatibility) {
    return switch (incompatibility.getType()) {
      case NAME_MISMATCH -> "name";
      case FIXED_SIZE_MISMATCH -> "size";
      case MISSING_ENUM_SYMBOLS -> "symbols";
      case READER_FIELD_MISSING_DEFAULT_VALUE -> "default";
      case TYPE_MISMATCH, MISSING_UNION_BRANCH -> "type";
    };
  }

  /**
   * The path of the field, from Avro's pointer into the reader's schema, such as /fields/1/type.
   */
  private static String path(Incompatibility incompatibility, Schema reader) {
    JsonNode at = Json.MAPPER.readTree(reader.toString());
    StringBuilder path = new StringBuilder();
    String before = "";
    for (String part : incompatibility.getLocation().split("/", -1)) {
      if (!part.isEmpty()) {
        at = at.isArray() ? at.path(Integer.parseInt(part)) : at.path(part);
        if (before.equals("fields")) {
          path.append('/').append(at.path("name").asString(part));
        } else if (Set.of("items", "values").contains(part)) {
          path.append("/*");
        }
      }
      before = part;
    }
    return path.toString();
  }

  /**
   * Fields that {@code old} does not have, and that two readers of today fill with different
   * defaults.
   */
  static List<Finding> changedDefaults(Schema old, Schema before, Schema now) {
    List<Finding> findings = new ArrayList<>();
    for (Object datum : AvroInstances.of(old)) {
      byte[] bytes = AvroPayload.toBytes(datum, old);
      try {
        JsonNode written = AvroJson.toJson(datum, old);
        JsonNode one = AvroJson.toJson(AvroPayload.fromBytes(bytes, old, before), before);
        JsonNode other = AvroJson.toJson(AvroPayload.fromBytes(bytes, old, now), now);
        addChanged(written, one, other, "", Json.text(written), findings);
      } catch (RuntimeException e) {
        continue; // Told where it is checked whether it can be read.
      }
      if (!findings.isEmpty()) {
        break;
      }
    }
    return findings;
  }

  private static void addChanged(
      @Nullable JsonNode written,
      JsonNode one,
      JsonNode other,
      String path,
      String witness,
      List<Finding> findings) {
    if (one.isObject() && other.isObject()) {
      for (String name : one.propertyNames()) {
        if (other.has(name)) {
          addChanged(
              written == null ? null : written.get(name),
              one.get(name),
              other.get(name),
              AvroJson.child(path, name),
              witness,
              findings);
        }
      }
    } else if (written == null && !one.equals(other)) {
      findings.add(
          Finding.breaking(
              path,
              "default",
              "what was written without it was read as %s, and now is as %s"
                  .formatted(Json.text(one), Json.text(other)),
              witness));
    }
  }
}
