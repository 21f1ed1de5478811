package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Ordering;
import dev.kafkaevents.benchmarks.ConsumingContender.Source;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * From the moment an event is due to be sent to the handler, at a steady rate. The producer, a raw
 * one, is in the same JVM for all contenders. It is never waited for: an event that is sent late
 * counts from when it was due.
 */
final class Latency implements Scenario {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Load load;
  private final Contenders<ConsumingContender> contenders =
      new Contenders<ConsumingContender>()
          .with("raw", RawLoop.COMMIT_EACH_SECOND)
          .with("kafka-events", new KafkaEventsConsuming(Ordering.KEY, 16))
          .with("spring record", new SpringListening(SpringListening.Listener.RECORD, 1));

  Latency(Load load) {
    this.load = load;
  }

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String title() {
    return "from due to handled, %,d events/s, %d partitions, %,d events"
        .formatted(SteadyProducer.PER_SECOND, load.partitions(), load.measured());
  }

  @Override
  public List<String> contenders() {
    return contenders.names();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.P50, Metric.P99, Metric.P999, Metric.CPU);
  }

  @Override
  public Duration timeout() {
    return PATIENCE.multipliedBy(3).plusSeconds(load.total() / SteadyProducer.PER_SECOND);
  }

  @Override
  public String topic(Topics topics, String contender) {
    return topics.create(load.partitions());
  }

  @Override
  public boolean isTopicSpent() {
    return true;
  }

  @Override
  public Measurement run(Cluster cluster, String contenderName, String topic) throws Exception {
    ConsumingContender contender = contenders.get(contenderName);
    Source source = new Source(cluster.bootstrapServers, topic, "latency-" + System.nanoTime());
    long[] handledAt = new long[load.total()];
    Tally tally = new Tally(load, index -> handledAt[index] = System.nanoTime());
    long start;
    AutoCloseable running = contender.start(source, tally);
    try {
      start = send(source, tally);
      tally.awaitAll(PATIENCE);
    } finally {
      running.close();
    }
    String problem = cluster.problem(tally, contender, source, load.partitions());
    if (problem != null) {
      return Measurement.failed(problem);
    }
    Map<Metric, Double> values = tally.values();
    addPercentiles(values, handledAt, start);
    return Measurement.of(values);
  }

  /**
   * Sends all; answers when the second was due. The first is sent ahead, to see that the contender
   * is there.
   */
  private long send(Source source, Tally tally) throws InterruptedException {
    try (SteadyProducer producer =
        new SteadyProducer(source.bootstrapServers(), source.topic(), load.keys())) {
      producer.send(0, 1);
      tally.awaitFirst(PATIENCE);
      return producer.send(1, load.total());
    }
  }

  private void addPercentiles(Map<Metric, Double> values, long[] handledAt, long start) {
    long[] late = new long[load.measured()];
    for (int i = 0; i < late.length; i++) {
      int index = load.warmUp() + i;
      late[i] = handledAt[index] - SteadyProducer.due(start, index - 1);
    }
    Arrays.sort(late);
    values.put(Metric.P50, percentile(late, 0.5));
    values.put(Metric.P99, percentile(late, 0.99));
    values.put(Metric.P999, percentile(late, 0.999));
  }

  private static double percentile(long[] sorted, double part) {
    return sorted[(int) Math.ceil(sorted.length * part) - 1] / 1e6;
  }
}
