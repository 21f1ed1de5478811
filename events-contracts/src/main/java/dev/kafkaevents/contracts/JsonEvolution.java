package dev.kafkaevents.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Whether what one JSON Schema writes another reads. */
final class JsonEvolution {
  private JsonEvolution() {}

  /**
   * What breaks or can't be decided; nothing if it is proven that all is read.
   *
   * @param examples more values to try
   */
  static List<Finding> check(
      JsonPayload writer, JsonPayload reader, Collection<JsonNode> examples) {
    Set<JsonImplication.Suspect> suspects = JsonImplication.suspects(writer, reader);
    if (suspects.isEmpty()) {
      return List.of();
    }
    List<Finding> broken = broken(writer, reader, examples);
    List<Finding> all = new ArrayList<>(broken);
    for (JsonImplication.Suspect suspect : suspects) {
      if (broken.stream().noneMatch(each -> explains(each, suspect))) {
        all.add(Finding.undecided(suspect.path(), suspect.keyword()));
      }
    }
    return all;
  }

  /** What is shown to break, each by the smallest value that shows it. */
  static List<Finding> broken(
      JsonPayload writer, JsonPayload reader, Collection<JsonNode> examples) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    for (JsonNode value : JsonInstances.of(writer, reader, examples)) {
      JsonNode read = Json.parse(writer.encode(value, "", SchemaIds.none()), "witness");
      for (Problem problem : reader.readerProblems(read)) {
        Finding finding =
            Finding.breaking(
                pattern(problem.path(), value),
                problem.keyword(),
                problem.text(),
                new String(writer.encode(value, "", SchemaIds.none()), UTF_8));
        findings.merge(
            Finding.acknowledgement(finding.path(), finding.keyword()),
            finding,
            JsonEvolution::smaller);
      }
    }
    return List.copyOf(findings.values());
  }

  private static Finding smaller(Finding one, Finding other) {
    return String.valueOf(other.witness()).length() < String.valueOf(one.witness()).length()
        ? other
        : one;
  }

  /** At the same place, or within what was suspected as a whole. */
  private static boolean explains(Finding found, JsonImplication.Suspect suspect) {
    String[] at = found.path().split("/", -1);
    String[] suspected = suspect.path().split("/", -1);
    for (int i = 0; i < suspected.length; i++) {
      if (i >= at.length || !(suspected[i].equals("*") || suspected[i].equals(at[i]))) {
        return false;
      }
    }
    return true;
  }

  /** With {@code *} for each index of an array. */
  static String pattern(String path, JsonNode value) {
    if (path.isEmpty()) {
      return "";
    }
    StringBuilder pattern = new StringBuilder();
    JsonNode at = value;
    for (String part : path.substring(1).split("/", -1)) {
      pattern.append('/').append(at.isArray() ? "*" : part);
      at =
          at.isArray()
              ? at.path(Integer.parseInt(part))
              : at.path(part.replace("~1", "/").replace("~0", "~"));
    }
    return pattern.toString();
  }
}
