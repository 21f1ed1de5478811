package dev.kafkaevents.benchmarks;

import java.util.Locale;

/** What is measured, and how it is told. */
enum Metric {
  RATE("records/s", "%,.0f", Comparison.RATIO),
  CPU("µs CPU/record", "%,.2f", Comparison.RATIO),
  ALLOCATED("B/record", "%,.0f", Comparison.DIFFERENCE),
  PEAK("at once", "%,.0f", Comparison.NONE),
  SIZE("B stored", "%,.0f", Comparison.NONE),
  LIVE_BEFORE("MB before", "%,.1f", Comparison.NONE),
  LIVE_AFTER("MB after", "%,.1f", Comparison.NONE),
  LIVE_MORE("MB more", "%,.1f", Comparison.NONE),
  HANDLED("% handled by then", "%.1f", Comparison.NONE),
  STORED("% stored", "%.1f", Comparison.NONE),
  HELD_FROZEN("ms, frozen", "%,.1f", Comparison.RATIO),
  HELD_KILLED("ms, killed", "%,.1f", Comparison.RATIO),
  HELD_DOWN("ms, down", "%,.1f", Comparison.RATIO),
  HELD_P50("p50 µs", "%,.0f", Comparison.RATIO),
  HELD_P999("p99.9 µs", "%,.0f", Comparison.RATIO),
  FIRST("ms to the first", "%,.0f", Comparison.RATIO),
  ALL("ms for all", "%,.0f", Comparison.RATIO),
  P50("p50 ms", "%,.2f", Comparison.RATIO),
  P99("p99 ms", "%,.2f", Comparison.RATIO),
  P999("p99.9 ms", "%,.2f", Comparison.RATIO);

  /** How one value stands to the baseline's of the same round. */
  enum Comparison {
    RATIO("×", "%.2f"),
    DIFFERENCE("+", "%+,.0f"),
    NONE("", "");

    final String sign;
    private final String format;

    Comparison(String sign, String format) {
      this.sign = sign;
      this.format = format;
    }

    double of(double value, double baseline) {
      return this == RATIO ? value / baseline : value - baseline;
    }

    String format(double compared) {
      return String.format(Locale.ROOT, format, compared);
    }
  }

  final String unit;
  final Comparison comparison;
  private final String format;

  Metric(String unit, String format, Comparison comparison) {
    this.unit = unit;
    this.format = format;
    this.comparison = comparison;
  }

  String format(double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
