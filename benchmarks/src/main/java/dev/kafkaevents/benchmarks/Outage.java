package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.PublishingContender.Publishing;
import dev.kafkaevents.testkit.KafkaBroker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long publishing keeps its caller while the broker is frozen, killed and down, at a steady
 * rate from one thread; and how much more is in memory at the end of what it was down for. Each
 * trial has a broker of its own, to be harmed. What is said to be stored is read back, in order.
 */
final class Outage implements Scenario {
  private static final int PER_SECOND = 1_000;
  private static final int KEYS = 1_000;
  private static final int PARTITIONS = 4;
  private static final int WARM_UP = 50_000;

  /** Events in a trial, at most. */
  private static final int MOST = 200_000;

  private static final Duration CALM = Duration.ofSeconds(3);
  private static final Duration RETURN = Duration.ofSeconds(5);
  private static final Duration SHORTLY = Duration.ofSeconds(1);

  /** Whose set-up differs in nothing that counts here from ours. */
  private static final Map<String, Object> AS_OURS =
      Map.of("metadata.recovery.strategy", "none", "max.block.ms", 5_000);

  private final Duration freeze;
  private final Duration kill;
  private final Duration down;
  private final Contenders<PublishingContender> contenders =
      new Contenders<PublishingContender>()
          .with("raw, set as ours", new RawPublishing(AS_OURS))
          .with("kafka-events", new KafkaEventsPublishing())
          .with("raw", new RawPublishing());

  Outage(int part) {
    freeze = Duration.ofSeconds(8).dividedBy(part);
    kill = Duration.ofSeconds(5).dividedBy(part);
    down = Duration.ofSeconds(60).dividedBy(part);
  }

  @Override
  public String name() {
    return "outage";
  }

  @Override
  public boolean isOnlyByName() {
    return true;
  }

  @Override
  public String title() {
    return "the longest call of publish in ms, %,d events/s of 100 B JSON; broker frozen %d s, killed and back after %d s, down %d s"
        .formatted(PER_SECOND, freeze.toSeconds(), kill.toSeconds(), down.toSeconds());
  }

  @Override
  public List<String> contenders() {
    return contenders.names();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(
        Metric.HELD_FROZEN,
        Metric.HELD_KILLED,
        Metric.HELD_DOWN,
        Metric.HELD_P50,
        Metric.HELD_P999,
        Metric.LIVE_MORE,
        Metric.STORED);
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(6);
  }

  /** That of the trial's own broker. */
  @Override
  public String topic(Topics topics, String contender) {
    return "outage";
  }

  @Override
  public boolean isTopicSpent() {
    return false;
  }

  @Override
  public Measurement run(Cluster shared, String contender, String topic) throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Cluster cluster = new Cluster(broker.bootstrapServers())) {
      broker.createTopic(topic, PARTITIONS);
      AtomicLong stored = new AtomicLong();
      Calls calls;
      Map<Metric, Double> values;
      try (Publishing publishing =
          contenders
              .get(contender)
              .open(
                  broker.bootstrapServers(),
                  topic,
                  failure -> {
                    if (failure == null) {
                      stored.incrementAndGet();
                    }
                  })) {
        calls = new Calls(publishing);
        values = harm(broker, calls);
        publishing.flush();
      }
      Load load = new Load(WARM_UP, calls.published - WARM_UP, KEYS, PARTITIONS, true);
      values.put(Metric.STORED, 100.0 * stored.get() / load.total());
      if (stored.get() != load.total()) {
        return Measurement.of(values); // Some failed, which their publisher was told.
      }
      ReadBack back = ReadBack.of(cluster, topic, load);
      return back.problem() == null ? Measurement.of(values) : Measurement.failed(back.problem());
    }
  }

  /** The broker comes back when it is time, whether the publisher is held or not. */
  private Map<Metric, Double> harm(KafkaBroker broker, Calls calls) throws Exception {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try {
      Map<Metric, Double> values = new EnumMap<>(Metric.class);
      calls.warmUp();
      calls.goOnFor(CALM);
      calls.forget();

      broker.freeze();
      Future<?> back = clock.schedule(broker::thaw, freeze.toMillis(), TimeUnit.MILLISECONDS);
      calls.goOnFor(freeze.plus(CALM));
      back.get();
      values.put(Metric.HELD_FROZEN, calls.longest());

      broker.kill();
      back = clock.schedule(broker::restart, kill.toMillis(), TimeUnit.MILLISECONDS);
      calls.goOnFor(kill.plus(RETURN));
      back.get();
      values.put(Metric.HELD_KILLED, calls.longest());

      double before = liveMegabytes();
      broker.kill();
      back = clock.schedule(broker::restart, down.toMillis(), TimeUnit.MILLISECONDS);
      calls.goOnFor(down.minus(SHORTLY));
      values.put(Metric.LIVE_MORE, liveMegabytes() - before);
      calls.goOnFor(RETURN.plus(SHORTLY));
      back.get();
      values.put(Metric.HELD_DOWN, calls.longest());

      values.put(Metric.HELD_P50, calls.percentile(0.5));
      values.put(Metric.HELD_P999, calls.percentile(0.999));
      return values;
    } finally {
      clock.shutdown();
    }
  }

  private static double liveMegabytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }

  /** Publishes, each when it is due or as soon as the one before let it, and times the calls. */
  private static final class Calls {
    private final Publishing publishing;
    private final String[] keys = Sample.keys(KEYS);
    private final long[] took = new long[MOST];
    private int published;
    private int from;
    private long longest;

    Calls(Publishing publishing) {
      this.publishing = publishing;
    }

    void warmUp() {
      while (published < WARM_UP) {
        call();
      }
      publishing.flush();
    }

    void goOnFor(Duration duration) {
      long start = System.nanoTime();
      int due = (int) (duration.toMillis() * PER_SECOND / 1_000);
      long interval = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
      for (int i = 0; i < due && System.nanoTime() - start < duration.toNanos(); i++) {
        long at = start + i * interval;
        for (long early = at - System.nanoTime(); early > 0; early = at - System.nanoTime()) {
          LockSupport.parkNanos(early);
        }
        call();
      }
    }

    private void call() {
      Sample sample = Sample.of(published++, keys);
      long began = System.nanoTime();
      publishing.publish(sample);
      long nanos = System.nanoTime() - began;
      took[published - 1] = nanos;
      longest = Math.max(longest, nanos);
    }

    void forget() {
      from = published;
      longest = 0;
    }

    /** In ms, since this was last asked. */
    double longest() {
      double millis = longest / 1e6;
      longest = 0;
      return millis;
    }

    /** In µs, of all since they were last forgotten. */
    double percentile(double part) {
      long[] sorted = Arrays.copyOfRange(took, from, published);
      Arrays.sort(sorted);
      return sorted[(int) Math.ceil(sorted.length * part) - 1] / 1e3;
    }
  }
}
