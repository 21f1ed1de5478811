package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.Rounds.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Rounds as text: a line for each contender; for each metric the median, and how it compares, with
 * the extremes.
 */
final class Table {
  private static final String GAP = "   ";

  private final Rounds rounds;

  Table(Rounds rounds) {
    this.rounds = rounds;
  }

  /** One measurement, on one line. */
  static String brief(Scenario scenario, Measurement measurement) {
    if (measurement.problem() != null) {
      return "FAILED: " + measurement.problem();
    }
    StringJoiner line = new StringJoiner(", ");
    for (Metric metric : scenario.metrics()) {
      line.add(metric.format(measurement.value(metric)) + " " + metric.unit);
    }
    return line.toString();
  }

  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(head());
    rounds.contenders().forEach(contender -> lines.add(line(contender)));
    int[] widths = widths(lines);
    StringBuilder text = new StringBuilder();
    text.append(rounds.scenario().name()).append(": ").append(rounds.scenario().title());
    text.append("\nmedians of ").append(rounds.of(rounds.baseline()).size());
    text.append(" rounds; [×] and [+] beside \"").append(rounds.baseline());
    text.append("\" of the same round; (least..most)\n\n");
    for (List<String> line : lines) {
      append(line, widths, text);
    }
    return text.toString();
  }

  private List<String> head() {
    List<String> cells = new ArrayList<>(List.of(""));
    for (Metric metric : rounds.scenario().metrics()) {
      cells.add(metric.unit);
      if (metric.comparison != Metric.Comparison.NONE) {
        cells.add("[" + metric.comparison.sign + "]");
      }
    }
    return cells;
  }

  private List<String> line(String contender) {
    String problem = rounds.problem(contender);
    if (problem != null) {
      return List.of(contender, problem);
    }
    List<String> cells = new ArrayList<>(List.of(contender));
    for (Metric metric : rounds.scenario().metrics()) {
      cells.add(value(contender, metric));
      if (metric.comparison != Metric.Comparison.NONE) {
        cells.add(compared(contender, metric));
      }
    }
    return cells;
  }

  /** The first metric is the one that the others explain: it is told with its extremes. */
  private String value(String contender, Metric metric) {
    Summary values = rounds.values(contender, metric);
    return metric == rounds.scenario().metrics().get(0)
        ? spread(
            metric.format(values.median()),
            metric.format(values.min()),
            metric.format(values.max()))
        : metric.format(values.median());
  }

  private String compared(String contender, Metric metric) {
    Summary compared = rounds.compared(contender, metric);
    if (compared == null || contender.equals(rounds.baseline())) {
      return "";
    }
    return spread(
        metric.comparison.format(compared.median()),
        metric.comparison.format(compared.min()),
        metric.comparison.format(compared.max()));
  }

  private static String spread(String median, String min, String max) {
    return min.equals(max) ? median : "%s (%s..%s)".formatted(median, min, max);
  }

  /** A line of two cells is a contender that failed: it needs no room in the columns. */
  private static int[] widths(List<List<String>> lines) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      int cells = line.size() == widths.length ? widths.length : 1;
      for (int i = 0; i < cells; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return widths;
  }

  private static void append(List<String> line, int[] widths, StringBuilder text) {
    String first = line.get(0);
    text.append(first).append(" ".repeat(widths[0] - first.length()));
    for (int i = 1; i < line.size(); i++) {
      String cell = line.get(i);
      text.append(GAP).append(" ".repeat(Math.max(0, widths[i] - cell.length()))).append(cell);
    }
    text.append('\n');
  }
}
