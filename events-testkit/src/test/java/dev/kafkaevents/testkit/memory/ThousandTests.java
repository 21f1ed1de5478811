package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * How long 1,000 tests in memory take, each on a Kafka of its own with one publish and one handle;
 * prints that. Not a test: a machine may be busy.
 */
final class ThousandTests {
  private static final int TESTS = 1_000;

  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private ThousandTests() {}

  public static void main(String[] args) {
    long start = System.nanoTime();
    for (int i = 0; i < TESTS; i++) {
      test(i);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf("%,d tests in %,d ms, the first included%n", TESTS, millis);
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
        throw new AssertionError("handled " + handled + " in test " + number);
      }
    }
  }
}
