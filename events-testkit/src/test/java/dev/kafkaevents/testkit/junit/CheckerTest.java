package dev.kafkaevents.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.TestRun;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;

/** After each test what events promise is judged; and a test that fails says what came before. */
class CheckerTest {
  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private static Events events(TestKafka kafka, WrongConsumer consumer) {
    return kafka.events(
        builder ->
            consumer == WrongConsumer.SOUND
                ? builder.serde(JsonSerde.factory())
                : builder.serde(JsonSerde.factory()).clients(consumer.around(kafka.clients())));
  }

  /** Five orders of one key, and a handler that fails at the last. */
  private static void fiveOrders(TestKafka kafka, WrongConsumer consumer, int failing) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka, consumer);
    for (int i = 0; i < 5; i++) {
      events.publish(ORDERS, new Order("o", i)).join();
    }
    Subscription subscription =
        events.subscribe(
            ORDERS,
            "billing",
            order -> {
              if (order.payload().number() == failing) {
                throw new IllegalStateException("as planned");
              }
            });
    if (failing < 0) {
      kafka.settle();
    } else {
      while (!subscription.stopped().isDone()) {
        kafka.advance(Duration.ofSeconds(1));
      }
    }
  }

  @EventsTest
  static class Sound {
    @Test
    void handled(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.SOUND, -1);
    }

    @Test
    void failed(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.SOUND, 3);
    }
  }

  @Test
  void whatIsRight_passes() {
    assertThat(TestRun.of(Sound.class).failures()).isEmpty();
  }

  @EventsTest
  static class Skipping {
    @Test
    void anEngineThatSkips(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.SKIPS, -1);
    }
  }

  @Test
  void anEventThatIsSkipped_failsTheTest_whateverItAsserts() {
    assertThat(TestRun.of(Skipping.class).failure())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("topic orders in group billing")
        .hasMessageContaining("COMMIT_BEHIND_SETTLED at orders-0@1")
        .hasMessageContaining("the last ")
        .hasMessageContaining("@EventsTest(unchecked");
  }

  @EventsTest
  static class CommittingAhead {
    @Test
    void anEngineThatCommitsAhead(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.COMMITS_AHEAD, 3);
    }
  }

  @Test
  void anOffsetAheadOfItsEvent_failsTheTest_thoughOnlyTheClusterKnows() {
    assertThat(TestRun.of(CommittingAhead.class).failure())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("COMMIT_BEHIND_SETTLED at orders-0@3");
  }

  @EventsTest
  static class Reordering {
    @Test
    void anEngineThatReorders(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.REORDERS, -1);
    }
  }

  @Test
  void aKeyOutOfOrder_failsTheTest() {
    assertThat(TestRun.of(Reordering.class).failure())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ORDER at orders-0@");
  }

  @EventsTest
  static class Swallowing {
    @Test
    void aDeadLetterThatIsNotStored(TestKafka kafka) {
      kafka.createTopic("orders", 1);
      kafka.createTopic("orders.dlq", 1);
      Events events =
          kafka.events(
              builder ->
                  builder
                      .serde(JsonSerde.factory())
                      .onDelivery(
                          (delivery, chain) ->
                              Settlement.deadLettered(
                                  new Position("orders.dlq", 0, 0),
                                  new IllegalStateException("no"))));
      events.publish(ORDERS, new Order("o", 1));
      events.subscribe(ORDERS, "billing", order -> {});
      kafka.settle();
    }
  }

  @Test
  void aDeadLetterThatIsNotStored_failsTheTest() {
    assertThat(TestRun.of(Swallowing.class).failure())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("DEAD_LETTER_STORED at orders.dlq-0@0");
  }

  @EventsTest(unchecked = "it is about an engine that skips")
  static class Unchecked {
    @Test
    void anEngineThatSkips(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.SKIPS, -1);
    }
  }

  @Test
  void whatIsNotToBeJudged_isInTheReport() {
    TestRun run = TestRun.of(Unchecked.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.reported()).contains("nothing is judged: it is about an engine that skips");
  }

  @EventsTest
  static class LeftAlone {
    @Test
    void twoAtATime(TestKafka kafka) {
      kafka.createTopic("orders", 2);
      Events events = events(kafka, WrongConsumer.SOUND);
      events.subscribe(ORDERS, "billing", order -> {});
      events.subscribe(ORDERS, SubscribeOptions.group("billing"), order -> {});
      events.publish(ORDERS, new Order("o", 1));
      kafka.settle();
    }

    @Test
    void anAdministrator(TestKafka kafka) throws Exception {
      fiveOrders(kafka, WrongConsumer.SOUND, -1);
      kafka
          .admin()
          .deleteRecords(Map.of(new TopicPartition("orders", 0), RecordsToDelete.beforeOffset(2)))
          .all()
          .get();
    }

    @Test
    void aTopicThatForgets(TestKafka kafka) {
      kafka.createTopic("orders", 1, Map.of("cleanup.policy", "compact"));
      Events events = events(kafka, WrongConsumer.SOUND);
      events.subscribe(ORDERS, "billing", order -> {});
      events.publish(ORDERS, new Order("o", 1));
      kafka.settle();
    }

    @Test
    void aGroupThatBeginsAtTheEnd(TestKafka kafka) {
      kafka.createTopic("orders", 1);
      Events events =
          kafka.events(
              config -> config.withConsumer("auto.offset.reset", "latest"),
              builder -> builder.serde(JsonSerde.factory()));
      events.publish(ORDERS, new Order("o", 1));
      kafka.settle();
      events.subscribe(ORDERS, "billing", order -> {});
      kafka.settle();
      events.publish(ORDERS, new Order("o", 2));
      kafka.settle();
    }
  }

  @Test
  void whatCanNotBeJudged_isInTheReport_andWhy() {
    TestRun run = TestRun.of(LeftAlone.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.reported())
        .containsExactlyInAnyOrder(
            "topic orders in group billing is not judged: two subscriptions at a time of one Events, which can't be told apart",
            "topic orders in group billing is not judged: an administrator called deleteRecords",
            "topic orders in group billing is not judged: it may forget records, by its own settings",
            "topic orders in group billing is not judged: it begins at auto.offset.reset=latest, and not at the beginning");
  }

  @EventsTest
  static class Failing {
    @Test
    void aPlainAssertion(TestKafka kafka) {
      fiveOrders(kafka, WrongConsumer.SOUND, 3);
      kafka.write("orders", "secret-key", new byte[] {1});
      throw new AssertionError("as planned");
    }
  }

  @Test
  void aFailure_carriesTheLastActions_withoutKeysOrPayloads() {
    Throwable failure = TestRun.of(Failing.class).failure();

    assertThat(failure).hasMessage("as planned");
    assertThat(failure.getSuppressed())
        .singleElement()
        .asString()
        .contains("published", "polled", "attempt failed", "failed", "committed", "written")
        .contains("orders-0@3", "java.lang.IllegalStateException")
        .doesNotContain("secret-key", "as planned");
  }

  @EventsTest
  static class Faultless {
    @Test
    void aFaultAtNothing(TestKafka kafka) {
      kafka.faults().publish("orders").rejected();
    }
  }

  @Test
  void aFaultThatNeverHappened_failsTheTest() {
    assertThat(TestRun.of(Faultless.class).failure()).hasMessageContaining("REJECTED of orders");
  }

  @Test
  void allAreRunOnceEach() {
    assertThat(TestRun.of(Sound.class).names(Status.SUCCESSFUL))
        .isEqualTo(Set.of("memory failed(TestKafka)", "memory handled(TestKafka)"));
  }
}
