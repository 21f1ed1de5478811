package dev.kafkaevents.testkit.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** What a new version of a subject must be able to do with those before it. */
enum CompatibilityLevel {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean readsEarlier;
  private final boolean isReadByEarlier;
  private final boolean all;

  CompatibilityLevel(boolean readsEarlier, boolean isReadByEarlier, boolean all) {
    this.readsEarlier = readsEarlier;
    this.isReadByEarlier = isReadByEarlier;
    this.all = all;
  }

  static CompatibilityLevel parse(String name) {
    return Arrays.stream(values())
        .filter(level -> level.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RegistryError(
                    42203,
                    "Invalid compatibility level. Valid values are " + Arrays.toString(values())));
  }

  /** Why {@code schema} can't follow {@code earlier}, which are in the order of their versions. */
  List<String> problems(Schema schema, List<Schema> earlier) {
    List<String> problems = new ArrayList<>();
    int first = all ? 0 : Math.max(0, earlier.size() - 1);
    for (Schema each : earlier.subList(first, earlier.size())) {
      if (readsEarlier) {
        add(problems, schema, each);
      }
      if (isReadByEarlier) {
        add(problems, each, schema);
      }
    }
    return problems;
  }

  private static void add(List<String> problems, Schema reader, Schema writer) {
    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .forEach(
            each ->
                problems.add(
                    "{errorType:'%s', description:'%s', additionalInfo:'%s'}"
                        .formatted(each.getType(), each.getLocation(), each.getMessage())));
  }
}
