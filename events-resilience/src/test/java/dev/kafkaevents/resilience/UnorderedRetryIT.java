package dev.kafkaevents.resilience;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatGroup;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries of a while later, in memory; and of a moment later, on a broker. */
@EventsTest(on = {Backend.MEMORY, Backend.BROKER})
@Timeout(60)
class UnorderedRetryIT {
  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);
  private static final SubscribeOptions BILLING = SubscribeOptions.group("billing");

  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());

  @Test
  void failures_areTriedAgainLater_whileOthersGoOn_andTheLastOneIsADeadLetter(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.billing.retry", 2);
    kafka.createTopic("orders.dlq", 1);
    boolean inMemory = kafka.backend() == Backend.MEMORY;
    UnorderedRetry later =
        inMemory
            ? UnorderedRetry.after(Duration.ofMinutes(3), Duration.ofMinutes(1))
            : UnorderedRetry.after(Duration.ofMillis(500), Duration.ofMillis(100));
    Events events =
        kafka.events(
            builder ->
                builder
                    .serde(JsonSerde.factory())
                    .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
                    .onDelivery(later)
                    .onDelivery(Retry.upTo(2, Duration.ofMillis(10))));
    for (String id : List.of("moody", "good", "bad")) {
      events.publish(ORDERS, new Order(id)).join();
    }
    EventHandler<Order> bill =
        order -> {
          String id = order.payload().id();
          boolean isFirst = order.topic().name().equals("orders");
          if (id.equals("bad") || (id.equals("moody") && isFirst)) {
            throw new IllegalStateException("as planned");
          }
          handled.add(id);
        };

    events.subscribe(ORDERS, BILLING, bill);
    later.subscribe(events, ORDERS, BILLING, bill);
    kafka.settle();

    assertThat(handled).containsExactly("good", "moody");
    assertThatGroup(kafka, "billing").isCaughtUpWith(ORDERS);
    assertThatDeadLetters(kafka, "orders.dlq")
        .hasSize(1)
        .of(new Position("orders", 0, 2))
        .ofGroup("billing")
        .afterAttempts(6)
        .failedWith(IllegalStateException.class)
        .keptTheRecord();
  }
}
