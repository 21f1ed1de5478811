package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Ordering;
import dev.kafkaevents.benchmarks.SpringListening.Listener;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import java.time.Duration;
import java.util.List;

/** All there are. */
final class Scenarios {
  private static final int KEYS = 1_000;
  private static final int PARTITIONS = 4;

  /** Records in which the compilers take as much CPU as anybody they compile. */
  private static final int JIT_AT_WORK = 4_000_000;

  private Scenarios() {}

  /** At full size, or at a fifth for a first look. */
  static List<Scenario> of(boolean quick) {
    int part = quick ? 5 : 1;
    return List.of(
        noop(load(JIT_AT_WORK, 1_000_000, part)),
        events(load(JIT_AT_WORK, 1_000_000, part)),
        resilience(load(JIT_AT_WORK, 1_000_000, part)),
        observed(load(JIT_AT_WORK, 1_000_000, part)),
        new RoundTrip(load(1_000_000, 500_000, part)),
        io(load(300_000, 100_000, part)),
        new Latency(load(20_000, 40_000, part)),
        new Publish(load(JIT_AT_WORK, 2_000_000, part)),
        new Spooling(load(100_000, 300_000, part)),
        partitions(load(500_000, 500_000, part)),
        new JsonCoding(false, 5_000_000 / part),
        new JsonCoding(true, 5_000_000 / part),
        new AvroCoding(false, 5_000_000 / part),
        new AvroCoding(true, 5_000_000 / part),
        new AvroFirstEvent(),
        new InMemoryTests(1_000),
        new Outage(part),
        new Soak(load(60_000, 1_200_000, part)));
  }

  private static Load load(int warmUp, int measured, int part) {
    return new Load(warmUp / part, measured / part, KEYS, PARTITIONS, false);
  }

  private static Scenario noop(Load load) {
    return new Consuming(
            "consume-noop",
            "%,d records of 100 B JSON, %,d keys, %d partitions; the handler counts"
                .formatted(load.measured(), load.keys(), load.partitions()),
            load,
            Work.NONE,
            List.of(Metric.RATE, Metric.CPU, Metric.ALLOCATED))
        .with("raw", RawLoop.COMMIT_EACH_SECOND)
        .with("raw, commit each poll", RawLoop.COMMIT_EACH_POLL)
        .with("kafka-events PARTITION", new KafkaEventsConsuming(Ordering.PARTITION, 16))
        .with("kafka-events KEY", new KafkaEventsConsuming(Ordering.KEY, 16))
        .with("spring record", new SpringListening(Listener.RECORD, 1))
        .with("spring record, 4 threads", new SpringListening(Listener.RECORD, 4))
        .with("spring batch", new SpringListening(Listener.BATCH, 1))
        .with("parallel-consumer KEY", new ParallelConsuming(ProcessingOrder.KEY, 16))
        .with("parallel-consumer UNORDERED", new ParallelConsuming(ProcessingOrder.UNORDERED, 16));
  }

  private static Scenario events(Load load) {
    Load asEvents = load.asEvents(true);
    return new Consuming(
            "consume-events",
            "consume-noop with records as kafka-events writes them, with six headers",
            asEvents,
            Work.NONE,
            List.of(Metric.RATE, Metric.CPU, Metric.ALLOCATED))
        .with("raw", RawLoop.COMMIT_EACH_SECOND)
        .with("kafka-events PARTITION", new KafkaEventsConsuming(Ordering.PARTITION, 16))
        .with("kafka-events KEY", new KafkaEventsConsuming(Ordering.KEY, 16));
  }

  /** The first contender is what the others are compared with. */
  private static Scenario resilience(Load load) {
    return new Consuming(
            "consume-resilient",
            "consume-noop with retries, a budget, a breaker and dead letters; nothing fails",
            load,
            Work.NONE,
            List.of(Metric.CPU, Metric.ALLOCATED, Metric.RATE))
        .with("kafka-events KEY", new KafkaEventsConsuming(Ordering.KEY, 16))
        .with("kafka-events KEY, resilient", KafkaEventsConsuming.resilient(Ordering.KEY, 16));
  }

  private static Scenario observed(Load load) {
    return new Consuming(
            "consume-observed",
            "%,d events of 1 kB that carry a trace, %,d keys, %d partitions; the handler counts"
                .formatted(load.measured(), load.keys(), load.partitions()),
            load.asTracedEvents(),
            Work.NONE,
            List.of(Metric.RATE, Metric.CPU, Metric.ALLOCATED))
        .with("kafka-events KEY", new KafkaEventsConsuming(Ordering.KEY, 16))
        .with("tracer off", KafkaEventsConsuming.untraced(Ordering.KEY, 16))
        .with("metered", KafkaEventsConsuming.metered(Ordering.KEY, 16))
        .with("a bare span of the SDK", KafkaEventsConsuming.bareSpans(Ordering.KEY, 16))
        .with("traced, one in ten", KafkaEventsConsuming.traced(Ordering.KEY, 16, 0.1))
        .with("traced, all", KafkaEventsConsuming.traced(Ordering.KEY, 16, 1));
  }

  private static Scenario io(Load load) {
    int concurrency = 256;
    return new Consuming(
            "consume-io",
            "%,d records, %,d keys, %d partitions; the handler waits 2 ms, %d at once"
                .formatted(load.measured(), load.keys(), load.partitions(), concurrency),
            load,
            Work.waitingFor(Duration.ofMillis(2), load.warmUp() * 9 / 10),
            List.of(Metric.RATE, Metric.CPU, Metric.ALLOCATED, Metric.PEAK))
        .with("raw pool, no order", new RawPool(concurrency))
        .with("kafka-events KEY", new KafkaEventsConsuming(Ordering.KEY, concurrency))
        .with("parallel-consumer KEY", new ParallelConsuming(ProcessingOrder.KEY, concurrency))
        .with("spring record, 4 threads", new SpringListening(Listener.RECORD, PARTITIONS));
  }

  private static Scenario partitions(Load load) {
    Consuming scenario =
        new Consuming(
            "partitions",
            "%,d records of 100 B JSON over 4, 200 and 1,000 partitions; the handler counts"
                .formatted(load.measured()),
            load,
            Work.NONE,
            List.of(Metric.CPU, Metric.RATE, Metric.ALLOCATED));
    for (int partitions : List.of(PARTITIONS, 200, 1_000)) {
      scenario.with(
          "kafka-events KEY, " + partitions,
          new KafkaEventsConsuming(Ordering.KEY, 16),
          partitions);
    }
    for (int partitions : List.of(PARTITIONS, 200, 1_000)) {
      scenario.with("raw, " + partitions, RawLoop.COMMIT_EACH_SECOND, partitions);
    }
    return scenario;
  }
}
