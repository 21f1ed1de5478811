package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.ConsumingContender.Source;
import java.time.Duration;
import java.util.List;

/** Consumes a topic that is there already, as fast as it goes. */
final class Consuming implements Scenario {
  private final String name;
  private final String title;
  private final Load load;
  private final Work work;
  private final List<Metric> metrics;
  private final Contenders<Entry> entries = new Contenders<>();

  private record Entry(ConsumingContender contender, int partitions) {}

  Consuming(String name, String title, Load load, Work work, List<Metric> metrics) {
    this.name = name;
    this.title = title;
    this.load = load;
    this.work = work;
    this.metrics = metrics;
  }

  Consuming with(String contenderName, ConsumingContender contender) {
    return with(contenderName, contender, load.partitions());
  }

  Consuming with(String contenderName, ConsumingContender contender, int partitions) {
    entries.with(contenderName, new Entry(contender, partitions));
    return this;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public List<String> contenders() {
    return entries.names();
  }

  @Override
  public List<Metric> metrics() {
    return metrics;
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(4);
  }

  @Override
  public String topic(Topics topics, String contender) {
    return topics.filledWith(load.withPartitions(entries.get(contender).partitions()));
  }

  @Override
  public boolean isTopicSpent() {
    return false;
  }

  @Override
  public Measurement run(Cluster cluster, String contenderName, String topic) throws Exception {
    Entry entry = entries.get(contenderName);
    Source source = new Source(cluster.bootstrapServers, topic, name + "-" + System.nanoTime());
    Tally tally = new Tally(load, work);
    AutoCloseable running = entry.contender().start(source, tally);
    try {
      tally.awaitAll(timeout().minusSeconds(30));
    } finally {
      running.close();
    }
    String problem = cluster.problem(tally, entry.contender(), source, entry.partitions());
    return problem == null ? Measurement.of(tally.values()) : Measurement.failed(problem);
  }
}
