package dev.kafkaevents.resilience;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatGroup;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatTopic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** The code in docs/testing.md is this code, and it runs. */
@EventsTest
class TestingGuideTest {
  private static final Path GUIDE = Path.of("../docs/testing.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/kafkaevents/resilience/TestingGuideTest.java");

  record OrderPlaced(String orderId, int cents) {}

  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  record Shop(EventPublisher events) {
    void place(String orderId, int cents) {
      events.publish(ORDERS, new OrderPlaced(orderId, cents));
    }
  }

  static final class Billing {
    final Map<String, Integer> bills = new ConcurrentHashMap<>();
    private boolean isOut = true;

    void bill(Delivery<OrderPlaced> order) throws IOException {
      if (isOut) {
        isOut = false;
        throw new IOException("the bank does not answer");
      }
      bills.merge(order.payload().orderId(), order.payload().cents(), Integer::sum);
    }
  }

  // GUIDE
  @Test
  void anOrderIsPublishedOnce_underItsKey(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));

    new Shop(events).place("o-1", 990);
    kafka.settle();

    assertThatTopic(kafka, ORDERS)
        .single()
        .hasKey("o-1")
        .hasType("OrderPlaced")
        .hasPayload(new OrderPlaced("o-1", 990));
  }

  // GUIDE ends

  // GUIDE
  @Test
  void anOrderIsBilledOnce_thoughTheBankIsOutAtFirst(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events =
        kafka.events(
            builder ->
                builder
                    .serde(JsonSerde.factory())
                    .onDelivery(Retry.upTo(5, Duration.ofSeconds(30))));
    Billing billing = new Billing();
    events.subscribe(ORDERS, "billing", billing::bill);

    new Shop(events).place("o-1", 990);
    kafka.settle(); // half a minute, in no time

    assertThat(billing.bills).containsOnly(Map.entry("o-1", 990));
    assertThatGroup(kafka, "billing").isCaughtUpWith(ORDERS).madeAttempts(2);
  }

  // GUIDE ends

  // GUIDE
  @Test
  void whatCanNotBeRead_isADeadLetter_andTheNextIsBilled(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events =
        kafka.events(
            builder ->
                builder
                    .serde(JsonSerde.factory())
                    .install(Resilience.retryThenDeadLetter(3, Duration.ofSeconds(1))));
    Billing billing = new Billing();
    kafka.write("orders", "o-1", "{not json".getBytes(UTF_8));
    new Shop(events).place("o-2", 990);
    events.subscribe(ORDERS, "billing", billing::bill);

    kafka.settle();

    assertThatDeadLetters(kafka, "orders.dlq")
        .single()
        .cameFrom("orders", 0, 0)
        .afterAttempts(1)
        .failedWith(SerdeException.class)
        .keptTheRecord();
    assertThat(billing.bills).containsOnlyKeys("o-2");
    assertThatGroup(kafka, "billing").madeAttemptsAt(new Position("orders", 0, 1), 2);
  }

  // GUIDE ends

  // GUIDE
  @Test
  void theAnswerToAPublishIsLost_andTheOrderIsThere(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    kafka.faults().publish("orders").timesOutStored();

    new Shop(events).place("o-1", 990);
    kafka.settle();

    assertThatTopic(kafka, ORDERS).forKey("o-1").hasSize(1);
  }

  // GUIDE ends

  // GUIDE
  @Test
  void anOrderThatComesTwice_isBilledOnce(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    Map<String, Integer> bills = new ConcurrentHashMap<>();
    kafka.faults().delivery("billing").repeated();
    new Shop(events).place("o-1", 990);
    events.subscribe(
        ORDERS,
        "billing",
        order -> bills.putIfAbsent(order.payload().orderId(), order.payload().cents()));

    kafka.settle();

    assertThat(bills).containsOnly(Map.entry("o-1", 990));
    assertThatGroup(kafka, "billing").isCaughtUpWith(ORDERS).madeAttempts(2);
  }

  // GUIDE ends

  @Test
  void theCodeOfTheGuide_isThis() throws IOException {
    List<String> here = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(SELF)) {
      if (line.strip().startsWith("// GUIDE")) {
        in = !line.strip().endsWith("ends");
      } else if (in && !line.isBlank()) {
        here.add(line.strip());
      }
    }
    List<String> there = new ArrayList<>();
    for (String line : Files.readAllLines(GUIDE)) {
      if (line.startsWith("```")) {
        in = line.equals("```java");
      } else if (in && !line.isBlank()) {
        there.add(line.strip());
      }
    }
    assertThat(there).isEqualTo(here);
  }
}
