package dev.kafkaevents.benchmarks;

import dev.kafkaevents.benchmarks.avro.Address;
import dev.kafkaevents.benchmarks.avro.Carrier;
import dev.kafkaevents.benchmarks.avro.Customer;
import dev.kafkaevents.benchmarks.avro.Shipment;
import dev.kafkaevents.benchmarks.avro.State;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Writes or reads one generated record again and again; no broker takes part. */
final class AvroCoding implements Scenario {
  private static final int WARM_UP_ROUNDS = 5;

  private final boolean reading;
  private final int records;
  private final Contenders<Entry> entries = new Contenders<>();

  private record Entry(AvroContender contender, int threads) {}

  AvroCoding(boolean reading, int records) {
    this.reading = reading;
    this.records = records;
    with("confluent 7.0.1", AvroContender.CONFLUENT);
    with("kafka-events", AvroContender.OURS);
    with("avro alone", AvroContender.AVRO_ALONE);
    if (reading) {
      with("allocation alone", AvroContender.ALLOCATION);
    }
  }

  private void with(String name, AvroContender contender) {
    entries.with(name, new Entry(contender, 1));
    entries.with(name + ", 2 threads", new Entry(contender, 2));
  }

  @Override
  public String name() {
    return reading ? "avro-read" : "avro-write";
  }

  @Override
  public String title() {
    return "%,d times %s a generated record of 14 fields, each thread"
        .formatted(records, reading ? "reads" : "writes");
  }

  @Override
  public List<String> contenders() {
    return entries.names();
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
    return "none";
  }

  @Override
  public boolean isTopicSpent() {
    return false;
  }

  @Override
  public Measurement run(Cluster cluster, String contenderName, String topic) throws Exception {
    Entry entry = entries.get(contenderName);
    ExecutorService threads = Executors.newFixedThreadPool(entry.threads());
    try (TestRegistry registry = TestRegistry.start()) {
      AvroContender.Coder coder = entry.contender().open(List.of(registry.url()));
      Shipment shipment = shipment();
      byte[] bytes = coder.write(shipment);
      if (!shipment.equals(coder.read(bytes))) {
        return Measurement.failed("what it wrote is not what it read");
      }
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        work(threads, entry.threads(), records / WARM_UP_ROUNDS, coder, shipment, bytes);
      }
      Meter before = Meter.read();
      work(threads, entry.threads(), records, coder, shipment, bytes);
      return Measurement.of(Meter.read().since(before, records * entry.threads()));
    } finally {
      threads.shutdownNow();
    }
  }

  private void work(
      ExecutorService threads,
      int count,
      int times,
      AvroContender.Coder coder,
      Shipment shipment,
      byte[] bytes)
      throws Exception {
    List<Future<Long>> sums = new ArrayList<>();
    for (int thread = 0; thread < count; thread++) {
      sums.add(
          threads.submit(
              () -> {
                long sum = 0;
                for (int i = 0; i < times; i++) {
                  sum += reading ? coder.read(bytes).getPieces() : coder.write(shipment).length;
                }
                return sum;
              }));
    }
    int each = reading ? shipment.getPieces() : bytes.length;
    for (Future<Long> sum : sums) {
      if (sum.get() != (long) each * times) {
        throw new IllegalStateException("some were not written or read as the first one");
      }
    }
  }

  static Shipment shipment() {
    return new Shipment(
        "shipment-000001",
        "order-000001",
        new Customer(4711L, "Ada Lovelace"),
        new Address("12 Analytical Row", "London", "N1 9GU"),
        new Carrier("DHL", true),
        State.SENT,
        Map.of("gift", "yes", "fragile", "no"),
        3,
        2500L,
        19.99,
        true,
        "leave at the door",
        1700000000000L,
        1700000360000L);
  }
}
