package dev.kafkaevents.resilience;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatGroup;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/**
 * The same source in memory and on a real broker: one event that can't be read, one that fails for
 * good, one that fails and passes. Prints how long each repetition took; the last is what a test
 * costs once the JVM is warm.
 */
@EventsTest(on = {Backend.MEMORY, Backend.BROKER})
@Timeout(60)
class RetryThenDeadLetterIT {
  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  @RepeatedTest(4)
  void theBadOnesAreKept_andTheOthersHandled(TestKafka kafka, RepetitionInfo repetition) {
    long begin = System.nanoTime();
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events =
        kafka.events(
            builder ->
                builder
                    .serde(JsonSerde.factory())
                    .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(50))));
    List<String> handled = Collections.synchronizedList(new ArrayList<>());
    List<String> failed = Collections.synchronizedList(new ArrayList<>());
    kafka.write("orders", "poison", "{not json".getBytes(UTF_8));
    for (String id : List.of("good", "bad", "moody")) {
      events.publish(ORDERS, new Order(id)).join();
    }

    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          String id = order.payload().id();
          if (id.equals("bad") || (id.equals("moody") && !failed.contains(id))) {
            failed.add(id);
            throw new IllegalStateException("as planned");
          }
          handled.add(id);
        });
    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrder("good", "moody");
    assertThatDeadLetters(kafka, "orders.dlq").hasSize(2);
    assertThatDeadLetters(kafka, "orders.dlq")
        .of(new Position("orders", 0, 0))
        .ofGroup("billing")
        .afterAttempts(1)
        .failedWith(SerdeException.class)
        .keptTheRecord();
    assertThatDeadLetters(kafka, "orders.dlq")
        .of(new Position("orders", 0, 2))
        .afterAttempts(3)
        .failedWith(IllegalStateException.class)
        .keptTheRecord();
    assertThatGroup(kafka, "billing")
        .isCaughtUpWith(ORDERS)
        .madeAttempts(7)
        .madeAttemptsAt(new Position("orders", 0, 3), 2);
    System.out.printf(
        "%d: %d ms%n", repetition.getCurrentRepetition(), (System.nanoTime() - begin) / 1_000_000);
  }
}
