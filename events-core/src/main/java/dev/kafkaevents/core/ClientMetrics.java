package dev.kafkaevents.core;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that one client has of itself as a whole: not those of a topic, partition or broker.
 * A client has over a thousand, so each is looked for once. Thread-safe.
 */
final class ClientMetrics {
  private static final Set<String> TAGS = Set.of("client-id");

  private volatile @Nullable Client client;

  /** A client, and what was found of it: with it goes all that it had. */
  private record Client(Source source, ConcurrentHashMap<String, Metric> found) {}

  /** What {@code metrics} of Kafka's clients answers; safe for any thread there. */
  @FunctionalInterface
  interface Source {
    Map<MetricName, ? extends Metric> metrics();
  }

  void areOf(Source client) {
    this.client = new Client(client, new ConcurrentHashMap<>());
  }

  OptionalDouble value(String group, String name) {
    Metric metric = metric(group, name);
    return metric != null
            && metric.metricValue() instanceof Number value
            && Double.isFinite(value.doubleValue())
        ? OptionalDouble.of(value.doubleValue())
        : OptionalDouble.empty();
  }

  private @Nullable Metric metric(String group, String name) {
    Client asked = client;
    if (asked == null) {
      return null;
    }
    String id = group + '/' + name;
    Metric known = asked.found.get(id);
    if (known != null) {
      return known;
    }
    try {
      for (Map.Entry<MetricName, ? extends Metric> metric : asked.source.metrics().entrySet()) {
        MetricName other = metric.getKey();
        if (other.name().equals(name)
            && other.group().equals(group)
            && other.tags().keySet().equals(TAGS)) {
          asked.found.put(id, metric.getValue());
          return metric.getValue();
        }
      }
    } catch (UnsupportedOperationException notModelled) {
      // A client in memory has none.
    }
    return null;
  }
}
