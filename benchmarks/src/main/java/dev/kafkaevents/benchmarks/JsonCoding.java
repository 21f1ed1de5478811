package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.Serde;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Writes or reads one record as JSON again and again, on one thread; no broker takes part. */
final class JsonCoding implements Scenario {
  private static final int WARM_UP_ROUNDS = 5;

  private final boolean reading;
  private final int records;
  private final Contenders<Supplier<Coder>> coders = new Contenders<>();

  record Shipment(
      String id,
      String orderId,
      Customer customer,
      Address address,
      State state,
      Map<String, String> labels,
      int pieces,
      long grams,
      BigDecimal price,
      boolean insured,
      String note,
      long createdAt,
      long sentAt) {}

  record Customer(long id, String name) {}

  record Address(String street, String city, String zip) {}

  enum State {
    PACKED,
    SENT
  }

  private interface Coder {
    byte[] write(Shipment shipment);

    Shipment read(byte[] bytes);
  }

  JsonCoding(boolean reading, int records) {
    this.reading = reading;
    this.records = records;
    coders.with("jackson, its defaults", () -> jackson(JsonMapper.builder().build()));
    coders.with("jackson, our mapper", () -> jackson(JsonSerde.mapper()));
    coders.with("kafka-events", JsonCoding::ours);
  }

  /** As one does who cares: the reader and the writer of the class at hand. */
  private static Coder jackson(JsonMapper mapper) {
    ObjectReader reader = mapper.readerFor(Shipment.class);
    ObjectWriter writer = mapper.writerFor(Shipment.class);
    return new Coder() {
      @Override
      public byte[] write(Shipment shipment) {
        return writer.writeValueAsBytes(shipment);
      }

      @Override
      public Shipment read(byte[] bytes) {
        return reader.readValue(bytes);
      }
    };
  }

  @SuppressWarnings("unchecked") // the serde was made for a topic of that type
  private static Coder ours() {
    Serde<Shipment> serde =
        (Serde<Shipment>)
            Objects.requireNonNull(
                JsonSerde.factory().create(Topic.of("shipments", Shipment.class)));
    return new Coder() {
      @Override
      public byte[] write(Shipment shipment) {
        return serde.encode(shipment, (name, value) -> {});
      }

      @Override
      public Shipment read(byte[] bytes) {
        return serde.decode(bytes, Shipment.class, Headers.empty());
      }
    };
  }

  @Override
  public String name() {
    return reading ? "json-read" : "json-write";
  }

  @Override
  public String title() {
    return "%,d times %s a record of 13 fields as JSON"
        .formatted(records, reading ? "reads" : "writes");
  }

  @Override
  public List<String> contenders() {
    return coders.names();
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
  public Measurement run(Cluster cluster, String contender, String topic) {
    Coder coder = coders.get(contender).get();
    Shipment shipment = shipment();
    byte[] bytes = coder.write(shipment);
    if (!shipment.equals(coder.read(bytes))
        || !Arrays.equals(bytes, JsonMapper.builder().build().writeValueAsBytes(shipment))) {
      return Measurement.failed("what it wrote is not what it read, or not what the others write");
    }
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      work(records / WARM_UP_ROUNDS, coder, shipment, bytes);
    }
    Meter before = Meter.read();
    work(records, coder, shipment, bytes);
    return Measurement.of(Meter.read().since(before, records));
  }

  private void work(int times, Coder coder, Shipment shipment, byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < times; i++) {
      sum += reading ? coder.read(bytes).pieces() : coder.write(shipment).length;
    }
    long each = reading ? shipment.pieces() : bytes.length;
    if (sum != each * times) {
      throw new IllegalStateException("some were not written or read as the first one");
    }
  }

  private static Shipment shipment() {
    return new Shipment(
        "shipment-000001",
        "order-000001",
        new Customer(4711L, "Ada Lovelace"),
        new Address("12 Analytical Row", "London", "N1 9GU"),
        State.SENT,
        Map.of("gift", "yes"),
        3,
        2500L,
        new BigDecimal("19.99"),
        true,
        "leave at the door",
        1700000000000L,
        1700000360000L);
  }
}
