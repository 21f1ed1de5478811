package dev.kafkaevents.examples.tuning;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.SubscribeOptions;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings that go together.
 *
 * @param producer Kafka's own, by name
 * @param consumer Kafka's own, by name
 * @param concurrency how many handlers run at once
 */
record Profile(
    String name, Map<String, String> producer, Map<String, String> consumer, int concurrency) {
  /** What there is when nothing is set. */
  static final Profile DEFAULTS =
      new Profile("defaults", Map.of(), Map.of(), SubscribeOptions.group("any").concurrency());

  /**
   * A record waits until others can share its request, and a fetch until it is worth the way; with
   * as many handlers as the service behind them bears.
   */
  static final Profile THROUGHPUT =
      new Profile(
          "throughput",
          Map.of("linger.ms", "50", "batch.size", "262144", "compression.type", "lz4"),
          Map.of(
              "fetch.min.bytes", "65536", "fetch.max.wait.ms", "100", "max.poll.records", "2000"),
          256);

  /** No record waits for another. */
  static final Profile LOW_LATENCY =
      new Profile(
          "low latency",
          Map.of("linger.ms", "0", "compression.type", "none"),
          Map.of("fetch.min.bytes", "1", "max.poll.records", "100"),
          DEFAULTS.concurrency);

  EventsConfig config(EventsConfig config) {
    for (Map.Entry<String, String> setting : producer.entrySet()) {
      config = config.withProducer(setting.getKey(), setting.getValue());
    }
    for (Map.Entry<String, String> setting : consumer.entrySet()) {
      config = config.withConsumer(setting.getKey(), setting.getValue());
    }
    return config;
  }

  SubscribeOptions options(String group) {
    return SubscribeOptions.group(group).withConcurrency(concurrency);
  }

  /** For people: what is set. */
  @Override
  public String toString() {
    return "%-12s %s%s, concurrency %d"
        .formatted(
            name,
            producer.isEmpty() ? "nothing set" : "producer " + sorted(producer),
            consumer.isEmpty() ? "" : ", consumer " + sorted(consumer),
            concurrency);
  }

  private static String sorted(Map<String, String> settings) {
    return new TreeMap<>(settings).toString();
  }
}
