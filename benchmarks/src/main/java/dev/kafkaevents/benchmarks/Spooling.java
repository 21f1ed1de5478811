package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.PublishBreaker;
import dev.kafkaevents.resilience.Spool;
import dev.kafkaevents.serde.json.JsonSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** Publishes while the breaker is open, and then lets the spool send it all. */
final class Spooling implements Scenario {
  private static final String KEPT = "kept on disk";
  private static final String SENT = "sent from there";

  /** Published and not yet on the disk, at most. */
  private static final int AT_ONCE = 10_000;

  private final Load load;

  Spooling(Load load) {
    this.load = load;
  }

  @Override
  public String name() {
    return "spool";
  }

  @Override
  public String title() {
    return "%,d events of 100 B JSON, published by one thread while the breaker is open, then sent"
        .formatted(load.measured());
  }

  @Override
  public List<String> contenders() {
    return List.of(KEPT, SENT);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.RATE);
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(3);
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
  public Measurement run(Cluster cluster, String contender, String topicName) throws Exception {
    Topic<Sample> topic = Topic.of(topicName, Sample.class).keyedBy(Sample::customer);
    PublishBreaker breaker = PublishBreaker.named("spool");
    Path directory = Files.createTempDirectory("spool");
    try (Spool spool = Spool.open(directory, 1L << 32);
        Events events =
            KafkaEvents.builder(EventsConfig.of(EventHeaders.SOURCE, cluster.bootstrapServers))
                .serde(JsonSerde.factory())
                .onPublish(breaker.spoolingTo(spool))
                .build()) {
      keepAndSend(events, breaker, spool, topic, 0, load.warmUp());
      long[] nanos = keepAndSend(events, breaker, spool, topic, load.warmUp(), load.total());
      ReadBack back = ReadBack.of(cluster, topicName, load);
      return back.problem() == null
          ? Measurement.of(
              Map.of(Metric.RATE, load.measured() * 1e9 / nanos[contender.equals(KEPT) ? 0 : 1]))
          : Measurement.failed(back.problem());
    }
  }

  private long[] keepAndSend(
      Events events, PublishBreaker breaker, Spool spool, Topic<Sample> topic, int from, int to)
      throws InterruptedException {
    String[] keys = Sample.keys(load.keys());
    Semaphore room = new Semaphore(AT_ONCE);
    breaker.circuit().transitionToForcedOpenState();
    long begin = System.nanoTime();
    for (int i = from; i < to; i++) {
      room.acquire();
      var unused =
          events
              .publish(topic, Sample.of(i, keys))
              .whenComplete((stored, spooled) -> room.release());
    }
    room.acquire(AT_ONCE);
    long kept = System.nanoTime();
    breaker.circuit().transitionToClosedState();
    while (spool.contents().messages() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
    return new long[] {kept - begin, System.nanoTime() - kept};
  }
}
