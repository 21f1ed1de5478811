package dev.kafkaevents.examples.tuning;

import dev.kafkaevents.Events;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Publishes and reads with the settings of one profile. Used by one thread. */
final class Measurement {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 4;
  private static final int SENSORS = 1_000;
  private static final int MOST_IN_FLIGHT = 10_000;
  private static final long BETWEEN_PACED = TimeUnit.MILLISECONDS.toNanos(2);

  private final Cluster cluster;
  private final Profile profile;

  Measurement(Cluster cluster, Profile profile) {
    this.cluster = cluster;
    this.profile = profile;
  }

  /**
   * What was measured.
   *
   * @param recordsPerSecond as fast as they can be published and handled
   * @param p50 milliseconds from publish to handler, at 500 a second
   * @param p99 the same
   * @param isComplete whether nothing was lost, and nothing was out of order
   * @param problem what was, if it was
   */
  record Result(
      Profile profile,
      double recordsPerSecond,
      double p50,
      double p99,
      boolean isComplete,
      String problem) {}

  /** As fast as can be with {@code many} events, then at a pace with {@code paced}. */
  Result run(String name, int many, int paced) throws InterruptedException {
    Reader fast = new Reader(SENSORS, many);
    long nanos = run(name + "-fast", fast, many, 0);
    boolean fastIsGood = fast.hasAllInOrder(Duration.ZERO);
    Reader slow = new Reader(SENSORS, paced);
    run(name + "-paced", slow, paced, BETWEEN_PACED);
    boolean slowIsGood = slow.hasAllInOrder(Duration.ZERO);
    return new Result(
        profile,
        many / (nanos / 1e9),
        slow.percentile(0.5),
        slow.percentile(0.99),
        fastIsGood && slowIsGood,
        "as fast as can be: " + fast + "; paced: " + slow);
  }

  /** How many nanoseconds pass from the first publish until all are handled. */
  private long run(String name, Reader reader, int count, long pause) throws InterruptedException {
    Topic<Tick> topic = Topic.of(name, Tick.class).keyedBy(Tick::key);
    cluster.createTopic(name, PARTITIONS);
    try (Events events =
        KafkaEvents.builder(profile.config(cluster.config()))
            .serde(JsonSerde.factory())
            .names(cluster.names())
            .build()) {
      Subscription subscription =
          events.subscribe(topic, profile.options("reader-of-" + name), reader::handle);
      awaitPartitions(subscription);
      long began = System.nanoTime();
      publish(events, topic, count, pause);
      boolean unused = reader.hasAllInOrder(PATIENCE);
      return System.nanoTime() - began;
    }
  }

  private static void awaitPartitions(Subscription subscription) {
    long by = System.nanoTime() + PATIENCE.toNanos();
    while (subscription.health().partitions().size() < PARTITIONS && System.nanoTime() < by) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private static void publish(Events events, Topic<Tick> topic, int count, long pause)
      throws InterruptedException {
    Semaphore room = new Semaphore(MOST_IN_FLIGHT);
    long due = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      var unused =
          events
              .publish(topic, Tick.now(i % SENSORS, i / SENSORS))
              .whenComplete((stored, failure) -> room.release());
      due += pause;
      LockSupport.parkNanos(pause == 0 ? 0 : due - System.nanoTime());
    }
    events.flush(PATIENCE);
  }
}
