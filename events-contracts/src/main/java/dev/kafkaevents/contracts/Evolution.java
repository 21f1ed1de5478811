package dev.kafkaevents.contracts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What changed between two states of contracts, and whom it breaks. Each contract is held to its
 * own {@code compatibility}. A change is compatible, which is proven; or breaking, which is shown
 * with a value that was written by the one and not read, or not read as the same, by the other; or
 * neither could be found out, which fails too, until {@code acknowledged} in {@code contract.yaml}
 * has it.
 *
 * <pre>{@code
 * Evolution.since(Baseline.git(contracts, "origin/main"), contracts).requireCompatible();
 * }</pre>
 *
 * <p>Whatever the compatibility, a field that a consumer can't do without ({@link Needs}) may not
 * begin to be missing, and a version that was published may not change.
 */
public final class Evolution {
  /** What is compared in one comparison, and what came of it. */
  private record Part(String title, List<Finding> findings) {}

  private final Map<String, List<Part>> byEvent = new LinkedHashMap<>();
  private boolean compatible = true;

  private Evolution() {}

  /**
   * Compares the contracts below {@code directory} with those of {@code before}.
   *
   * @throws ContractException if either can't be read, or has no contract
   */
  public static Evolution since(Baseline before, Path directory) {
    return check(before.contracts(), Contract.allIn(directory));
  }

  static Evolution check(List<Contract> before, List<Contract> now) {
    Map<String, Contract> current = new TreeMap<>();
    now.forEach(each -> current.put(each.event(), each));
    Evolution evolution = new Evolution();
    for (Contract each : before) {
      Contract after = current.get(each.event());
      if (after == null) {
        Finding gone = Finding.breaking("", "contract", "is gone", null);
        evolution.add(each.event(), "the contract", List.of(gone), List.of());
      } else {
        evolution.compare(each, after);
      }
    }
    return evolution;
  }

  private void add(String event, String title, List<Finding> findings, List<String> acknowledged) {
    byEvent.computeIfAbsent(event, e -> new ArrayList<>()).add(new Part(title, findings));
    compatible &= findings.stream().allMatch(each -> each.isAcknowledged(acknowledged));
  }

  private void compare(Contract before, Contract now) {
    List<String> acknowledged = now.terms().acknowledged();
    add(now.event(), "the terms", TermsEvolution.check(before, now), acknowledged);
    if (before.terms().format() != now.terms().format()) {
      return; // Told as one of the terms.
    }
    Compatibility compatibility = now.terms().compatibility();
    Collection<String> versions =
        compatibility.transitive ? before.schemas().keySet() : List.of(before.current());
    for (String version : versions) {
      if (compatibility.backward) {
        String title = "%s reads what %s wrote".formatted(now.current(), version);
        List<Finding> findings =
            check(before.schema(version), now.currentSchema(), examples(before, now));
        add(now.event(), title, findings, acknowledged);
      }
      if (compatibility.forward) {
        String title = "%s reads what %s writes".formatted(version, now.current());
        List<Finding> findings =
            check(now.currentSchema(), before.schema(version), examples(before, now)).stream()
                .map(each -> each.neededBy(needing(before, now, each.path())))
                .toList();
        add(now.event(), title, findings, acknowledged);
      }
    }
    List<Finding> defaults = defaults(before, now);
    if (!defaults.isEmpty()) {
      add(
          now.event(),
          now.current() + " reads as " + before.current() + " did",
          defaults,
          acknowledged);
    }
    List<Finding> needs = NeedsEvolution.check(before, now);
    if (!needs.isEmpty()) {
      add(now.event(), "what consumers need", needs, acknowledged);
    }
  }

  private static List<JsonNode> examples(Contract before, Contract now) {
    List<JsonNode> examples = new ArrayList<>();
    before.samples().forEach(sample -> examples.add(sample.value()));
    now.samples().forEach(sample -> examples.add(sample.value()));
    return examples;
  }

  private static List<Finding> check(
      PayloadSchema writer, PayloadSchema reader, List<JsonNode> examples) {
    if (writer instanceof JsonPayload written && reader instanceof JsonPayload read) {
      return JsonEvolution.check(written, read, examples);
    }
    return AvroEvolution.check(((AvroPayload) writer).schema, ((AvroPayload) reader).schema);
  }

  private static List<Finding> defaults(Contract before, Contract now) {
    List<Finding> findings = new ArrayList<>();
    if (before.currentSchema() instanceof AvroPayload was
        && now.currentSchema() instanceof AvroPayload is) {
      now.schemas()
          .forEach(
              (version, schema) -> {
                for (Finding each :
                    AvroEvolution.changedDefaults(
                        ((AvroPayload) schema).schema, was.schema, is.schema)) {
                  if (findings.stream().noneMatch(known -> known.path().equals(each.path()))) {
                    findings.add(each);
                  }
                }
              });
    }
    return findings;
  }

  private static List<String> needing(Contract before, Contract now, String path) {
    List<Needs> needs = now.needs().isEmpty() ? before.needs() : now.needs();
    return needs.stream()
        .filter(each -> each.need(path, Loss.ABSENT) || each.need(path, Loss.NULL))
        .map(Needs::consumer)
        .toList();
  }

  /** Whether nothing breaks, and nothing is undecided that was not acknowledged. */
  public boolean isCompatible() {
    return compatible;
  }

  /**
   * For a test.
   *
   * @throws AssertionError with the report, unless {@link #isCompatible}
   */
  public void requireCompatible() {
    if (!compatible) {
      throw new AssertionError(report());
    }
  }

  List<Finding> findings() {
    return byEvent.values().stream()
        .flatMap(List::stream)
        .flatMap(part -> part.findings().stream())
        .toList();
  }

  /** All that was compared, with what came of it, as text of several lines. */
  public String report() {
    StringBuilder report = new StringBuilder();
    byEvent.forEach(
        (event, parts) -> {
          report.append(event).append('\n');
          for (Part part : parts) {
            report.append(part.title()).append(':');
            if (part.findings().isEmpty()) {
              report.append(' ').append(Verdict.COMPATIBLE).append('\n');
            } else {
              report.append('\n');
              part.findings().forEach(each -> report.append(each.lines()).append('\n'));
            }
          }
        });
    return report.toString();
  }
}
