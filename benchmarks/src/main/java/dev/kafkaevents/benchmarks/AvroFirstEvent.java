package dev.kafkaevents.benchmarks;

import dev.kafkaevents.testkit.registry.TestRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Writes the first event there is, while nobody listens at the first URL of the registry. */
final class AvroFirstEvent implements Scenario {
  private final Contenders<AvroContender> entries = new Contenders<>();

  AvroFirstEvent() {
    entries.with("confluent 7.0.1", AvroContender.CONFLUENT);
    entries.with("kafka-events", AvroContender.OURS);
  }

  @Override
  public String name() {
    return "avro-first-event";
  }

  @Override
  public String title() {
    return "the first event, with nobody at the first of two URLs of the registry";
  }

  @Override
  public List<String> contenders() {
    return entries.names();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.FIRST);
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(2);
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
    try (TestRegistry registry = TestRegistry.start()) {
      int nobody;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        nobody = socket.getLocalPort();
      }
      AvroContender.Coder coder =
          entries.get(contenderName).open(List.of("http://localhost:" + nobody, registry.url()));
      long start = System.nanoTime();
      coder.write(AvroCoding.shipment());
      double millis = (System.nanoTime() - start) / 1e6;
      return Measurement.of(Map.of(Metric.FIRST, millis));
    }
  }
}
