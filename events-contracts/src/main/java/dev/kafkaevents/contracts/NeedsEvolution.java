package dev.kafkaevents.contracts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Whether a field that consumers can't do without may be missing now, and was there before. */
final class NeedsEvolution {
  private final List<Needs> needs;
  private final List<JsonNode> before;
  private final List<JsonNode> now;

  private NeedsEvolution(List<Needs> needs, List<JsonNode> before, List<JsonNode> now) {
    this.needs = needs;
    this.before = before;
    this.now = now;
  }

  static List<Finding> check(Contract before, Contract now) {
    List<Needs> needs = now.needs().isEmpty() ? before.needs() : now.needs();
    if (needs.isEmpty() || before.currentSchema().isSameAs(now.currentSchema())) {
      return List.of();
    }
    return new NeedsEvolution(needs, values(before), values(now)).findings();
  }

  private static List<JsonNode> values(Contract contract) {
    List<JsonNode> samples =
        contract.samples().stream()
            .filter(sample -> sample.version().equals(contract.current()))
            .map(Sample::value)
            .toList();
    if (contract.currentSchema() instanceof AvroPayload avro) {
      return AvroInstances.of(avro.schema).stream()
          .map(datum -> AvroJson.toJson(datum, avro.schema))
          .toList();
    }
    JsonPayload json = (JsonPayload) contract.currentSchema();
    return JsonInstances.of(json, json, samples);
  }

  private List<Finding> findings() {
    TreeMap<String, TreeSet<Loss>> fields = new TreeMap<>();
    for (Needs each : needs) {
      each.losses()
          .forEach(
              (field, losses) ->
                  fields.computeIfAbsent(field, f -> new TreeSet<>()).addAll(losses));
    }
    List<Finding> findings = new ArrayList<>();
    fields.forEach(
        (field, losses) ->
            losses.forEach(
                loss -> {
                  JsonNode witness = lacking(now, field, loss);
                  if (witness != null && lacking(before, field, loss) == null) {
                    findings.add(
                        Finding.breaking(
                                field,
                                loss == Loss.ABSENT ? "absent" : "null",
                                loss == Loss.ABSENT
                                    ? "was always there, and may be missing now"
                                    : "was never null, and may be now",
                                Json.text(witness))
                            .neededBy(by(field, loss)));
                  }
                }));
    return findings;
  }

  private List<String> by(String field, Loss loss) {
    return needs.stream().filter(each -> each.need(field, loss)).map(Needs::consumer).toList();
  }

  private static @Nullable JsonNode lacking(List<JsonNode> values, String field, Loss loss) {
    return values.stream()
        .filter(value -> isLacking(value, NeedsFinder.path(field), loss))
        .min(Comparator.comparingInt(value -> Json.text(value).length()))
        .orElse(null);
  }

  private static boolean isLacking(JsonNode value, List<String> path, Loss loss) {
    String first = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (first.equals("*") && value.isArray()) {
      for (JsonNode each : value) {
        if (!rest.isEmpty() && isLacking(each, rest, loss)) {
          return true;
        }
      }
      return false;
    }
    if (!value.isObject()) {
      return false;
    }
    JsonNode part = value.get(first);
    if (!rest.isEmpty()) {
      return part != null && isLacking(part, rest, loss);
    }
    return loss == Loss.ABSENT ? part == null : part != null && part.isNull();
  }
}
