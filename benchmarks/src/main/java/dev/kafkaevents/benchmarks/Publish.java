package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.PublishingContender.Publishing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes as fast as it goes from one thread, until all is stored; then reads it all back. */
final class Publish implements Scenario {
  private final Load load;
  private final Contenders<PublishingContender> contenders =
      new Contenders<PublishingContender>()
          .with("raw", new RawPublishing())
          .with("kafka-events", new KafkaEventsPublishing())
          .with("spring template", new TemplatePublishing());

  Publish(Load load) {
    this.load = load;
  }

  @Override
  public String name() {
    return "publish";
  }

  @Override
  public String title() {
    return "%,d events of 100 B JSON, linger %d ms, acks=all, %d partitions, the same headers for all"
        .formatted(load.measured(), PublishingContender.LINGER_MS, load.partitions());
  }

  @Override
  public List<String> contenders() {
    return contenders.names();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.RATE, Metric.CPU, Metric.ALLOCATED, Metric.SIZE);
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(2);
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
    PublishingContender contender = contenders.get(contenderName);
    AtomicLong stored = new AtomicLong();
    Map<Metric, Double> values;
    try (Publishing publishing =
        contender.open(
            cluster.bootstrapServers,
            topic,
            failure -> {
              if (failure == null) {
                stored.incrementAndGet();
              }
            })) {
      String[] keys = Sample.keys(load.keys());
      publish(publishing, keys, 0, load.warmUp());
      Meter before = Meter.read();
      publish(publishing, keys, load.warmUp(), load.total());
      values = Meter.read().since(before, load.measured());
    }
    if (stored.get() != load.total()) {
      return Measurement.failed(
          "of %,d events %,d were said to be stored".formatted(load.total(), stored.get()));
    }
    ReadBack back = ReadBack.of(cluster, topic, load);
    values.put(Metric.SIZE, back.bytesPerRecord());
    return back.problem() == null ? Measurement.of(values) : Measurement.failed(back.problem());
  }

  private static void publish(Publishing publishing, String[] keys, int from, int to) {
    for (int i = from; i < to; i++) {
      publishing.publish(Sample.of(i, keys));
    }
    publishing.flush();
  }
}
