package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.Topic;
import dev.kafkaevents.benchmarks.ConsumingContender.Source;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Publishes events of 1 kB as fast as they are handled by a subscription of the same {@link
 * Events}: with nothing that observes, and with what does.
 */
final class RoundTrip implements Scenario {
  /** Fewer than fit into a send buffer. */
  private static final int ON_THEIR_WAY = 10_000;

  private final Load load;
  private final Contenders<KafkaEventsConsuming> contenders =
      new Contenders<KafkaEventsConsuming>()
          .with("kafka-events KEY", new KafkaEventsConsuming(Ordering.KEY, 16))
          .with("tracer off", KafkaEventsConsuming.untraced(Ordering.KEY, 16))
          .with("metered", KafkaEventsConsuming.metered(Ordering.KEY, 16))
          .with("two bare spans of the SDK", KafkaEventsConsuming.bareSpans(Ordering.KEY, 16))
          .with("traced, all", KafkaEventsConsuming.traced(Ordering.KEY, 16, 1));

  RoundTrip(Load load) {
    this.load = load;
  }

  @Override
  public String name() {
    return "round-trip";
  }

  @Override
  public String title() {
    return "%,d events of 1 kB from publish to handler, %,d keys, %d partitions; the handler counts"
        .formatted(load.measured(), load.keys(), load.partitions());
  }

  @Override
  public List<String> contenders() {
    return contenders.names();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.RATE, Metric.CPU, Metric.ALLOCATED);
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(4);
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
    KafkaEventsConsuming contender = contenders.get(contenderName);
    Source source = new Source(cluster.bootstrapServers, topic, "round-" + System.nanoTime());
    Semaphore room = new Semaphore(ON_THEIR_WAY);
    Tally tally = new Tally(load, Work.NONE);
    try (Events events =
        contender.start(
            source,
            sample -> {
              tally.handle(sample);
              room.release();
            })) {
      Topic<Sample> to = Topic.of(topic, Sample.class).keyedBy(Sample::customer);
      for (int i = 0; i < load.total(); i++) {
        room.acquire();
        var unused = events.publish(to, Sample.of(i, load.keys()).large());
      }
      tally.awaitAll(timeout().minusSeconds(30));
    }
    String problem = cluster.problem(tally, contender, source, load.partitions());
    return problem == null ? Measurement.of(tally.values()) : Measurement.failed(problem);
  }
}
