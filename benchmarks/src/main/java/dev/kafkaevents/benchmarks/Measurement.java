package dev.kafkaevents.benchmarks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one trial came to.
 *
 * @param problem why there are no values: it did not do the work, or not as it has to be done
 */
record Measurement(Map<Metric, Double> values, @Nullable String problem) {
  static Measurement of(Map<Metric, Double> values) {
    return new Measurement(values, null);
  }

  double value(Metric metric) {
    Double value = values.get(metric);
    if (value == null) {
      throw new IllegalArgumentException(metric + " was not measured");
    }
    return value;
  }

  static Measurement failed(String problem) {
    return new Measurement(Map.of(), problem);
  }
}
