package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Ordering;
import dev.kafkaevents.benchmarks.ConsumingContender.Source;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Whether memory stays what it is while events come at a steady rate for long: with a key whose
 * handler does not return, and with a million keys. All of it lets go in the end, and then
 * everything has to be handled and committed.
 */
final class Soak implements Scenario {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What is in memory when the warm-up is over and when all is sent, after a collection. */
  private static final List<Metric> METRICS =
      List.of(Metric.LIVE_AFTER, Metric.LIVE_BEFORE, Metric.HANDLED);

  private record Case(Load load, boolean isOneKeyStuck) {}

  private final Contenders<Case> cases;

  Soak(Load load) {
    cases =
        new Contenders<Case>()
            .with("kafka-events, all well", new Case(load, false))
            .with("kafka-events, a key stuck", new Case(load, true))
            .with("kafka-events, 1 M keys", new Case(load.withKeys(4_000_000), false));
  }

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public boolean isOnlyByName() {
    return true;
  }

  @Override
  public String title() {
    Load load = cases.get(contenders().get(0)).load();
    return "MB alive at the end and at the beginning of %,d events at %,d/s"
        .formatted(load.measured(), SteadyProducer.PER_SECOND);
  }

  @Override
  public List<String> contenders() {
    return cases.names();
  }

  @Override
  public List<Metric> metrics() {
    return METRICS;
  }

  @Override
  public Duration timeout() {
    Load load = cases.get(contenders().get(0)).load();
    return PATIENCE.multipliedBy(3).plusSeconds(load.total() / SteadyProducer.PER_SECOND);
  }

  @Override
  public String topic(Topics topics, String contender) {
    return topics.create(cases.get(contender).load().partitions());
  }

  @Override
  public boolean isTopicSpent() {
    return true;
  }

  @Override
  public Measurement run(Cluster cluster, String contenderName, String topic) throws Exception {
    Case soaked = cases.get(contenderName);
    Load load = soaked.load();
    ConsumingContender contender = new KafkaEventsConsuming(Ordering.KEY, 16);
    Source source = new Source(cluster.bootstrapServers, topic, "soak-" + System.nanoTime());
    CountDownLatch letGo = new CountDownLatch(soaked.isOneKeyStuck() ? 1 : 0);
    Tally tally = new Tally(load, index -> await(letGo, index == load.warmUp()));
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    AutoCloseable running = contender.start(source, tally);
    try (SteadyProducer producer =
        new SteadyProducer(source.bootstrapServers(), topic, load.keys())) {
      producer.send(0, load.warmUp());
      values.put(Metric.LIVE_BEFORE, liveMegabytes());
      producer.send(load.warmUp(), load.total());
      values.put(Metric.LIVE_AFTER, liveMegabytes());
      values.put(Metric.HANDLED, 100.0 * tally.handled() / load.total());
      letGo.countDown();
      tally.awaitAll(PATIENCE);
    } finally {
      running.close();
    }
    String problem = cluster.problem(tally, contender, source, load.partitions());
    return problem == null ? Measurement.of(values) : Measurement.failed(problem);
  }

  private static void await(CountDownLatch letGo, boolean isStuck) {
    if (isStuck) {
      try {
        letGo.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static double liveMegabytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }
}
