package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tests in memory, one after the other: each on a Kafka of its own, one publish and one handle. */
final class InMemoryTests implements Scenario {
  private static final String FIRST = "in a new JVM";
  private static final String NEXT = "in a JVM that has run as many";

  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private final int tests;

  InMemoryTests(int tests) {
    this.tests = tests;
  }

  @Override
  public String name() {
    return "tests";
  }

  @Override
  public String title() {
    return "%,d tests, each on an in-memory Kafka of its own, with one publish and one handle"
        .formatted(tests);
  }

  @Override
  public List<String> contenders() {
    return List.of(FIRST, NEXT);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ALL);
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(5);
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
    if (contender.equals(NEXT)) {
      runAll();
    }
    long start = System.nanoTime();
    runAll();
    return Measurement.of(Map.of(Metric.ALL, (System.nanoTime() - start) / 1e6));
  }

  private void runAll() {
    for (int i = 0; i < tests; i++) {
      test(i);
    }
  }

  private static void test(int number) {
    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(number);
        Events events = kafka.events("shop").serde(JsonSerde.factory()).build()) {
      kafka.createTopic("orders", 3);
      List<Integer> handled = new CopyOnWriteArrayList<>();
      events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
      events.publish(ORDERS, new Order("o", number)).join();
      kafka.settle();
      if (!handled.equals(List.of(number))) {
        throw new IllegalStateException("handled " + handled + " in test " + number);
      }
    }
  }
}
