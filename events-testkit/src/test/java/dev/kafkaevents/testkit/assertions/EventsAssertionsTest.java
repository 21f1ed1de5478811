package dev.kafkaevents.testkit.assertions;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatGroup;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatTopic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each assertion holds where it should and fails where it should, saying why and what was done. */
@EventsTest
class EventsAssertionsTest {
  sealed interface OrderEvent {
    String id();
  }

  record Placed(String id, int total) implements OrderEvent {}

  record Cancelled(String id) implements OrderEvent {}

  private static final Topic<OrderEvent> ORDERS =
      Topic.of("orders", OrderEvent.class).keyedBy(OrderEvent::id);

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  private static final OrderEvent FIRST = new Placed("secret-1", 1);
  private static final OrderEvent SECOND = new Cancelled("secret-1");

  private static Events twoOrders(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    Event<OrderEvent> first =
        events
            .event(ORDERS, FIRST)
            .withId("e-1")
            .withTime(Instant.EPOCH)
            .withHeader("tenant", "acme")
            .withHeader("traceparent", PARENT);
    events.publish(ORDERS, first).join();
    events.publish(ORDERS, events.event(ORDERS, SECOND).withId("e-2")).join();
    return events;
  }

  private static void requireFailure(ThrowingCallable assertion, String... says) {
    assertThatThrownBy(assertion)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(says)
        .hasMessageContaining("actions")
        .hasMessageContaining("published")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("secret-1");
  }

  @Test
  void aTopic_isAsItIs(TestKafka kafka) {
    twoOrders(kafka);

    assertThatTopic(kafka, ORDERS)
        .hasSize(2)
        .hasTypes("Placed", "Cancelled")
        .hasPayloads(FIRST, SECOND)
        .hasDistinctIds()
        .isOnOnePartition()
        .eachEvent(event -> event.hasKey("secret-1").hasSource("test"));
    assertThatTopic(kafka, ORDERS).forKey("secret-1").ofType("Placed").single().hasPayload(FIRST);
    assertThatTopic(kafka, ORDERS).forKey("other").isEmpty();
    assertThat(kafka.stored(ORDERS)).hasSize(2);
  }

  @Test
  void aTopic_isNotOtherwise(TestKafka kafka) {
    twoOrders(kafka);
    TopicAssert<OrderEvent> orders = assertThatTopic(kafka, ORDERS);

    requireFailure(() -> orders.hasSize(3), "topic orders should have 3 records, and has 2");
    requireFailure(orders::isEmpty, "should have 0 records");
    requireFailure(orders::single, "should have 1 records");
    requireFailure(() -> orders.event(2), "should have an event 2");
    requireFailure(() -> orders.hasTypes("Placed"), "has [Placed, Cancelled]");
    requireFailure(() -> orders.hasPayloads(SECOND, FIRST), "Placed at orders-");
    requireFailure(orders::hasDistinctKeys, "has 2 records and 1 keys");
    requireFailure(() -> orders.forKey("other").single(), "topic orders, one key, should have 1");
  }

  @Test
  void anEventTwice_andSeveralPartitions_areSeen(TestKafka kafka) {
    Events events = twoOrders(kafka);
    for (int i = 0; i < 8; i++) {
      events.publish(ORDERS, events.event(ORDERS, new Placed("o-" + i, i)).withId("e-1")).join();
    }
    TopicAssert<OrderEvent> orders = assertThatTopic(kafka, ORDERS);

    requireFailure(orders::hasDistinctIds, "of 10 events 2 ids are distinct");
    requireFailure(orders::isOnOnePartition, "should be on one partition");
  }

  @Test
  void anEvent_isAsItIs(TestKafka kafka) {
    Events events = twoOrders(kafka);
    events.publishTombstone(ORDERS, "secret-1").join();

    assertThatTopic(kafka, ORDERS)
        .event(0)
        .hasKey("secret-1")
        .isOnPartition(kafka.stored(ORDERS).get(0).position().partition())
        .hasId("e-1")
        .hasType("Placed")
        .hasSource("test")
        .hasTime(Instant.EPOCH)
        .hasHeader("tenant", "acme")
        .hasHeader("ce_id", "e-1")
        .hasNoHeader("other")
        .hasPayloadMatching(order -> order instanceof Placed)
        .hasTraceContext()
        .isInTrace(TRACE)
        .isInTraceOf(kafka.stored(ORDERS).get(0));
    assertThatTopic(kafka, ORDERS).event(2).isTombstone().hasKey("secret-1");
  }

  @Test
  void anEvent_isNotOtherwise(TestKafka kafka) {
    Events events = twoOrders(kafka);
    events.publishTombstone(ORDERS, "secret-1").join();
    StoredEventAssert<OrderEvent> first = assertThatTopic(kafka, ORDERS).event(0);
    StoredEventAssert<OrderEvent> second = assertThatTopic(kafka, ORDERS).event(1);
    StoredEventAssert<OrderEvent> third = assertThatTopic(kafka, ORDERS).event(2);

    requireFailure(() -> first.hasKey("other"), "should have the key", "another");
    requireFailure(() -> first.hasKey(null), "should have the key", "another");
    requireFailure(() -> first.isOnPartition(7), "should be on partition 7");
    requireFailure(() -> first.hasId("e-2"), "should have the id e-2, and has e-1");
    requireFailure(() -> first.hasType("Cancelled"), "should be of type Cancelled");
    requireFailure(() -> first.hasSource("other"), "and has test");
    requireFailure(() -> first.hasTime(Instant.MAX), "and has 1970-01-01T00:00:00Z");
    requireFailure(() -> first.hasHeader("tenant", "x"), "another of 4 characters");
    requireFailure(() -> first.hasHeader("other", "x"), "and has none");
    requireFailure(() -> first.hasNoHeader("tenant"), "should not have a header tenant");
    requireFailure(() -> first.hasPayload(SECOND), "has another");
    requireFailure(() -> first.hasPayloadMatching(order -> false), "that matches");
    requireFailure(() -> first.isInTrace("f".repeat(32)), "and is in " + TRACE);
    requireFailure(first::isTombstone, "should be a tombstone");
    requireFailure(second::hasTraceContext, "traceparent is not there");
    requireFailure(() -> third.hasPayload(FIRST), "tombstone at orders-", "should be an event");
  }

  @Test
  void aTraceContext_isAsTheW3cWantsIt(TestKafka kafka) {
    Events events = twoOrders(kafka);
    List<String> wrong =
        List.of("", "00-" + "0".repeat(32) + "-b7ad6b7169203331-01", PARENT + "x", "00-1-2-3");
    for (String text : wrong) {
      events.publish(ORDERS, events.event(ORDERS, FIRST).withHeader("traceparent", text)).join();
    }
    TopicAssert<OrderEvent> orders = assertThatTopic(kafka, ORDERS);
    for (int i = 0; i < wrong.size(); i++) {
      requireFailure(orders.event(2 + i)::hasTraceContext, "not as the W3C wants it");
    }
  }

  @Test
  void aGroup_isWhereItIs(TestKafka kafka) {
    Events events = twoOrders(kafka);
    int partition = kafka.stored(ORDERS).get(0).position().partition();
    requireFailure(
        () -> assertThatGroup(kafka, "billing").isCaughtUpWith(ORDERS), "and is 2; it has");
    events.subscribe(ORDERS, "billing", order -> {});
    kafka.settle();

    assertThatGroup(kafka, "billing")
        .isCaughtUpWith(ORDERS)
        .hasLag(ORDERS, 0)
        .hasCommitted(ORDERS, partition, 2)
        .madeAttempts(2)
        .madeAttemptsAt(new Position("orders", partition, 1), 1);
    GroupAssert group = assertThatGroup(kafka, "billing");
    requireFailure(() -> group.hasLag(ORDERS, 1), "should be 1 behind on topic orders, and is 0");
    requireFailure(() -> group.hasCommitted(ORDERS, partition, 1), "and has 2");
    requireFailure(() -> group.hasCommitted(ORDERS, 9, 1), "and has nothing");
    requireFailure(() -> group.madeAttempts(3), "should have made 3 attempts, and made 2");
    requireFailure(
        () -> group.madeAttemptsAt(new Position("orders", partition, 1), 2), "and made 1");
  }

  @Test
  void aDeadLetter_isAsItIs(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events =
        kafka.events(
            builder ->
                builder
                    .serde(JsonSerde.factory())
                    .onDelivery(
                        (delivery, chain) -> {
                          try {
                            return chain.proceed(delivery);
                          } catch (SerdeException e) {
                            return chain
                                .publisher()
                                .send(
                                    delivery
                                        .message()
                                        .withTopic("orders.dlq")
                                        .withHeader("events-dlq-topic", "orders")
                                        .withHeader("events-dlq-partition", "0")
                                        .withHeader("events-dlq-offset", "0")
                                        .withHeader("events-dlq-group", delivery.group())
                                        .withHeader("events-dlq-attempts", "1")
                                        .withHeader("events-dlq-exception", e.getClass().getName()))
                                .<Settlement>thenApply(at -> Settlement.deadLettered(at, e))
                                .get();
                          }
                        }));
    kafka.write("orders", "secret-1", "{not json".getBytes(UTF_8));
    events.publish(ORDERS, FIRST).join();
    assertThatDeadLetters(kafka, "orders.dlq").isEmpty();
    events.subscribe(ORDERS, "billing", order -> {});
    kafka.settle();

    assertThatDeadLetters(kafka, "orders.dlq")
        .single()
        .cameFrom("orders", 0, 0)
        .ofGroup("billing")
        .afterAttempts(1)
        .failedWith(SerdeException.class)
        .keptTheRecord();
    DeadLettersAssert letters = assertThatDeadLetters(kafka, "orders.dlq");
    letters.of(new Position("orders", 0, 0)).ofGroup("billing");
    requireFailure(
        () -> letters.of(new Position("orders", 0, 1)), "one dead letter of orders-0@1, and has 0");
    requireFailure(letters::isEmpty, "should have 0 dead letters", "[dead letter of orders-0@0]");
    requireFailure(() -> letters.letter(1), "should have a dead letter 1");
    requireFailure(() -> letters.single().cameFrom("orders", 0, 1), "comes from orders-0@0");
    requireFailure(() -> letters.single().ofGroup("other"), "other, and has billing");
    requireFailure(() -> letters.single().afterAttempts(2), "events-dlq-attempts 2, and has 1");
    requireFailure(
        () -> letters.single().failedWith(IllegalStateException.class), "events-dlq-exception");
    kafka.write("orders.dlq", "secret-1", new byte[0]);
    DeadLetterAssert other = assertThatDeadLetters(kafka, "orders.dlq").letter(1);
    requireFailure(other::keptTheRecord, "should say where it comes from");
  }

  @Test
  void withoutEvents_nothingCanBeDecoded_andItSaysSo(TestKafka kafka) {
    kafka.createTopic("orders", 1);

    assertThatThrownBy(() -> kafka.stored(ORDERS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("builder.serde(…)");
  }
}
