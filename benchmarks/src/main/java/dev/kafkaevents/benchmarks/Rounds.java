package dev.kafkaevents.benchmarks;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario's contenders came to in each round. A contender is compared with the first one of
 * the same round, and of these comparisons the median is told: what the machine did meanwhile, it
 * did to both.
 */
final class Rounds {
  private final Scenario scenario;
  private final Map<String, List<Measurement>> measured = new LinkedHashMap<>();

  Rounds(Scenario scenario, List<String> contenders) {
    this.scenario = scenario;
    contenders.forEach(contender -> measured.put(contender, new ArrayList<>()));
  }

  void add(String contender, Measurement measurement) {
    of(contender).add(measurement);
  }

  Scenario scenario() {
    return scenario;
  }

  List<String> contenders() {
    return List.copyOf(measured.keySet());
  }

  List<Measurement> of(String contender) {
    return Objects.requireNonNull(measured.get(contender), contender);
  }

  String baseline() {
    return measured.keySet().iterator().next();
  }

  /** Why {@code contender} has no numbers: it failed, be it only once. Null if it did not. */
  @Nullable String problem(String contender) {
    List<String> problems =
        of(contender).stream().map(Measurement::problem).filter(Objects::nonNull).toList();
    return problems.isEmpty()
        ? null
        : "FAILED in %d of %d rounds: %s"
            .formatted(problems.size(), of(contender).size(), problems.get(0));
  }

  /** Of a contender without a problem. */
  Summary values(String contender, Metric metric) {
    return Summary.of(of(contender).stream().mapToDouble(round -> round.value(metric)));
  }

  /** Of a contender without a problem; null if the baseline has one. */
  @Nullable Summary compared(String contender, Metric metric) {
    if (problem(baseline()) != null) {
      return null;
    }
    List<Measurement> baseline = of(baseline());
    List<Measurement> own = of(contender);
    double[] compared = new double[own.size()];
    for (int i = 0; i < compared.length; i++) {
      compared[i] = metric.comparison.of(own.get(i).value(metric), baseline.get(i).value(metric));
    }
    return Summary.of(DoubleStream.of(compared));
  }

  /** Of the same thing in all rounds. */
  record Summary(double median, double min, double max) {
    static Summary of(DoubleStream values) {
      double[] sorted = values.sorted().toArray();
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      DoubleSummaryStatistics statistics = DoubleStream.of(sorted).summaryStatistics();
      return new Summary(median, statistics.getMin(), statistics.getMax());
    }
  }
}
