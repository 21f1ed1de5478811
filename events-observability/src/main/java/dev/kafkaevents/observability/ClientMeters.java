package dev.kafkaevents.observability;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka's clients know of themselves and nobody else does: a dozen figures of the thousand
 * they have, none by partition. Of several clients the sum or the worst. Used by one thread at a
 * time.
 */
final class ClientMeters {
  private static final String PRODUCER = "producer-metrics";
  private static final String CONSUMER = "consumer-metrics";
  private static final String FETCH = "consumer-fetch-manager-metrics";
  private static final String GROUP = "consumer-coordinator-metrics";

  private static final double MILLIS = 0.001;

  /**
   * One figure.
   *
   * @param scale from Kafka's unit to that of the meter
   * @param sums whether several clients add up; otherwise the largest is shown
   */
  private record Figure(
      String group,
      String metric,
      String meter,
      @Nullable String unit,
      double scale,
      boolean sums,
      String description) {}

  private static Figure sum(String group, String metric, String meter, String description) {
    return new Figure(group, metric, meter, null, 1, true, description);
  }

  private static Figure seconds(String group, String metric, String meter, String description) {
    return new Figure(group, metric, meter, "seconds", MILLIS, false, description);
  }

  private static final List<Figure> OF_PRODUCERS =
      List.of(
          sum(PRODUCER, "connection-count", "connections", "Connections to brokers"),
          seconds(
              PRODUCER,
              "request-latency-avg",
              "request.latency",
              "How long brokers take to answer"),
          sum(
              PRODUCER,
              "requests-in-flight",
              "requests.inflight",
              "Requests without an answer yet"),
          seconds(
              PRODUCER,
              "record-queue-time-avg",
              "queue.time",
              "How long records wait in the send buffer"),
          sum(PRODUCER, "record-send-rate", "records.sent.rate", "Records sent, by second"),
          sum(PRODUCER, "record-error-rate", "records.failed.rate", "Records given up, by second"),
          sum(
              PRODUCER,
              "record-retry-rate",
              "records.retried.rate",
              "Records that Kafka's client sent again, by second"),
          new Figure(
              PRODUCER,
              "batch-size-avg",
              "batch.size",
              "bytes",
              1,
              false,
              "How large what is sent together is"),
          new Figure(
              PRODUCER,
              "buffer-available-bytes",
              "buffer.available",
              "bytes",
              1,
              true,
              "How much of the send buffer is free"),
          sum(
              PRODUCER,
              "waiting-threads",
              "waiting.threads",
              "Callers that wait for room in the send buffer"),
          seconds(
              PRODUCER,
              "produce-throttle-time-avg",
              "throttle.time",
              "How long a quota holds up requests"),
          new Figure(
              PRODUCER,
              "metadata-age",
              "metadata.age",
              "seconds",
              1,
              false,
              "How old what is known of the cluster is"));

  private static final List<Figure> OF_CONSUMERS =
      List.of(
          sum(CONSUMER, "connection-count", "connections", "Connections to brokers"),
          seconds(FETCH, "fetch-latency-avg", "fetch.latency", "How long a fetch takes"),
          sum(FETCH, "fetch-rate", "fetch.rate", "Fetches, by second"),
          sum(FETCH, "records-consumed-rate", "records.consumed.rate", "Records read, by second"),
          sum(FETCH, "bytes-consumed-rate", "bytes.consumed.rate", "Bytes read, by second"),
          new Figure(
              FETCH,
              "records-per-request-avg",
              "records.per.fetch",
              null,
              1,
              false,
              "Records in a fetch"),
          seconds(
              FETCH,
              "fetch-throttle-time-avg",
              "throttle.time",
              "How long a quota holds up fetches"),
          seconds(GROUP, "commit-latency-avg", "commit.latency", "How long a commit takes"),
          seconds(
              GROUP, "rebalance-latency-avg", "rebalance.latency", "How long a rebalance takes"),
          sum(
              GROUP,
              "failed-rebalance-total",
              "rebalances.failed",
              "Rebalances that failed, so far"),
          new Figure(
              GROUP,
              "last-heartbeat-seconds-ago",
              "heartbeat.age",
              "seconds",
              1,
              false,
              "Since the group's coordinator was last told of this member"),
          new Figure(
              CONSUMER,
              "poll-idle-ratio-avg",
              "poll.idle.ratio",
              null,
              1,
              false,
              "Part of the time that the loop waits for records"));

  private final List<Figure> figures;
  private final List<KnownGauge> gauges;

  private ClientMeters(MeterRegistry registry, String prefix, List<Figure> figures, Tags tags) {
    this.figures = figures;
    this.gauges =
        figures.stream()
            .map(
                figure ->
                    new KnownGauge(
                        registry, prefix + figure.meter, figure.description, figure.unit, tags))
            .toList();
  }

  static ClientMeters ofProducers(MeterRegistry registry) {
    return new ClientMeters(registry, "events.producer.", OF_PRODUCERS, Tags.empty());
  }

  static ClientMeters ofConsumers(MeterRegistry registry, Tags tags) {
    return new ClientMeters(registry, "events.consumer.", OF_CONSUMERS, tags);
  }

  /** A client that is asked for a metric by its group and name. */
  @FunctionalInterface
  interface Client {
    OptionalDouble metric(String group, String name);
  }

  void look(Collection<Client> clients) {
    for (int i = 0; i < figures.size(); i++) {
      gauges.get(i).is(value(figures.get(i), clients));
    }
  }

  private static OptionalDouble value(Figure figure, Collection<Client> clients) {
    double[] known =
        clients.stream()
            .map(client -> client.metric(figure.group, figure.metric))
            .flatMapToDouble(OptionalDouble::stream)
            .map(value -> value * figure.scale)
            .toArray();
    if (known.length == 0) {
      return OptionalDouble.empty();
    }
    return figure.sums
        ? OptionalDouble.of(DoubleStream.of(known).sum())
        : DoubleStream.of(known).max();
  }
}
