package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.Rounds.Summary;
import java.util.Locale;

/**
 * Rounds as a picture: for each metric a bar for each contender, with a line from the least to the
 * most.
 */
final class Svg {
  private static final int WIDTH = 860;
  private static final int BARS_AT = 210;
  private static final int BARS_WIDTH = 430;
  private static final int ROW = 22;
  private static final int BAR = 14;
  private static final int TOP = 44;
  private static final int PANEL_GAP = 34;

  private static final String OURS = "#1f6feb";
  private static final String OTHERS = "#9aa4b2";

  private final Rounds rounds;
  private final StringBuilder text = new StringBuilder();

  Svg(Rounds rounds) {
    this.rounds = rounds;
  }

  @Override
  public String toString() {
    int panel = rounds.contenders().size() * ROW + PANEL_GAP;
    int height = TOP + panel * rounds.scenario().metrics().size();
    text.setLength(0);
    add(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        """,
        WIDTH, height);
    add("<text x=\"10\" y=\"20\" font-size=\"14\">%s</text>%n", escape(rounds.scenario().name()));
    add("<text x=\"10\" y=\"36\" fill=\"#57606a\">%s</text>%n", escape(rounds.scenario().title()));
    int y = TOP;
    for (Metric metric : rounds.scenario().metrics()) {
      addPanel(metric, y);
      y += panel;
    }
    return text.append("</svg>\n").toString();
  }

  private void addPanel(Metric metric, int top) {
    add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>%n", BARS_AT, top + 20, metric.unit);
    double most = most(metric);
    int y = top + 26;
    for (String contender : rounds.contenders()) {
      add(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
          BARS_AT - 8, y + BAR - 2, escape(contender));
      if (rounds.problem(contender) == null) {
        addBar(contender, metric, most, y);
      } else {
        add("<text x=\"%d\" y=\"%d\" fill=\"#cf222e\">failed</text>%n", BARS_AT, y + BAR - 2);
      }
      y += ROW;
    }
  }

  private double most(Metric metric) {
    return rounds.contenders().stream()
        .filter(contender -> rounds.problem(contender) == null)
        .mapToDouble(contender -> rounds.values(contender, metric).max())
        .max()
        .orElse(1);
  }

  private void addBar(String contender, Metric metric, double most, int y) {
    Summary values = rounds.values(contender, metric);
    double scale = BARS_WIDTH / most;
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
        BARS_AT,
        y,
        values.median() * scale,
        BAR,
        contender.startsWith("kafka-events") ? OURS : OTHERS);
    add(
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#24292f\"/>%n",
        BARS_AT + values.min() * scale, y + BAR / 2, BARS_AT + values.max() * scale, y + BAR / 2);
    add(
        "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
        BARS_AT + values.max() * scale + 6, y + BAR - 2, label(contender, metric, values));
  }

  private String label(String contender, Metric metric, Summary values) {
    Summary compared = rounds.compared(contender, metric);
    String value = metric.format(values.median());
    if (compared == null
        || contender.equals(rounds.baseline())
        || metric.comparison == Metric.Comparison.NONE) {
      return value;
    }
    String comparison = metric.comparison.format(compared.median());
    return metric.comparison == Metric.Comparison.RATIO
        ? value + " (" + comparison + " ×)"
        : value + " (" + comparison + ")";
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static String escape(String plain) {
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
