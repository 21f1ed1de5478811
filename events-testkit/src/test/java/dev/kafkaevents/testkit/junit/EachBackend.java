package dev.kafkaevents.testkit.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kafkaevents.Events;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same tests on every backend. */
@Timeout(120)
abstract class EachBackend {
  record Order(String id, int number) {}

  static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private static final DeliveryInterceptor TO_DLQ =
      (delivery, chain) -> {
        try {
          return chain.proceed(delivery);
        } catch (RuntimeException e) {
          return chain
              .publisher()
              .send(delivery.message().withTopic("orders.dlq"))
              .<Settlement>thenApply(position -> Settlement.deadLettered(position, e))
              .get();
        }
      };

  /** The same, as often as it takes. */
  private static final DeliveryInterceptor UNTIL_STORED =
      (delivery, chain) -> {
        try {
          return chain.proceed(delivery);
        } catch (SerdeException e) {
          while (true) {
            try {
              return chain
                  .publisher()
                  .send(delivery.message().withTopic("orders.dlq"))
                  .<Settlement>thenApply(position -> Settlement.deadLettered(position, e))
                  .get();
            } catch (ExecutionException notYet) {
              chain.await(
                  delivery, Hold.LANE, new CompletableFuture<Void>(), Duration.ofMillis(100));
            }
          }
        }
      };

  static Events events(TestKafka kafka, DeliveryInterceptor... interceptors) {
    return kafka.events(
        builder -> {
          builder.serde(JsonSerde.factory());
          for (DeliveryInterceptor interceptor : interceptors) {
            builder.onDelivery(interceptor);
          }
          return builder;
        });
  }

  private static List<Integer> handledBy(Events events) {
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    return handled;
  }

  static void publish(Events events, int from, int to) {
    List<CompletableFuture<PublishResult>> sent = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sent.add(events.publish(ORDERS, new Order("o-" + i % 5, i)));
    }
    sent.forEach(CompletableFuture::join);
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static Outcome outcome(CompletableFuture<?> publish) {
    Throwable failure = catchThrowableOfType(CompletionException.class, publish::join).getCause();
    assertThat(failure).isInstanceOf(PublishException.class);
    return ((PublishException) failure).outcome();
  }

  @Test
  void whatIsPublished_isHandledOnce(TestKafka kafka) {
    kafka.createTopic("orders", 4);
    Events events = events(kafka);
    List<Integer> handled = handledBy(events);
    publish(events, 0, 50);

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 50));
    assertThat(kafka.records("orders")).hasSize(50);
  }

  @Test
  void poison_isDeadLettered_andTheRestIsHandled(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events = events(kafka, TO_DLQ);
    kafka.write("orders", "o-1", "{not json".getBytes(UTF_8));
    publish(events, 0, 3);
    List<Integer> handled = handledBy(events);

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 3));
    assertThat(kafka.records("orders.dlq"))
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isEqualTo("{not json".getBytes(UTF_8)));
  }

  @Test
  void publishRejected_isKnownNotToBeStored(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka);
    kafka.faults().publish("orders").nth(2).rejected();

    events.publish(ORDERS, new Order("o", 1)).join();
    Outcome second = outcome(events.publish(ORDERS, new Order("o", 2)));

    assertThat(second).isIn(Outcome.REJECTED, Outcome.NOT_STORED);
    assertThat(kafka.records("orders")).hasSize(1);
  }

  @Test
  void publishTimedOut_isUnknown_whetherStoredOrNot(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka);
    kafka.faults().publish("orders").timesOutLost();
    kafka.faults().publish("orders").nth(2).timesOutStored();

    assertThat(outcome(events.publish(ORDERS, new Order("o", 1)))).isEqualTo(Outcome.UNKNOWN);
    assertThat(kafka.records("orders")).isEmpty();
    assertThat(outcome(events.publish(ORDERS, new Order("o", 2)))).isEqualTo(Outcome.UNKNOWN);
    assertThat(kafka.records("orders")).hasSize(1);
  }

  @Test
  void publishDelayed_isStoredLater(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka);
    List<Integer> handled = handledBy(events);
    kafka.faults().publish("orders").delayed(Duration.ofMillis(300));
    CompletableFuture<PublishResult> late = events.publish(ORDERS, new Order("o", 1));

    kafka.settle();

    assertThat(late).isCompleted();
    assertThat(handled).containsExactly(1);
  }

  @Test
  void commitFails_andNothingIsLostNorRepeated(TestKafka kafka) {
    kafka.createTopic("orders", 2);
    Events events = events(kafka);
    kafka.faults().commit("billing").failsBefore();
    kafka.faults().commit("billing").nth(2).failsAfter();
    List<Integer> handled = handledBy(events);
    publish(events, 0, 10);
    kafka.settle();
    publish(events, 10, 20);
    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
  }

  @Test
  void crashBeforeCommit_isDeliveredAgain(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events =
        kafka.events(
            config ->
                config
                    .withConsumer("session.timeout.ms", "6000")
                    .withConsumer("heartbeat.interval.ms", "1000"),
            builder -> builder.serde(JsonSerde.factory()));
    kafka.faults().member("billing").crashesBeforeCommit();
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    publish(events, 0, 5);
    Subscription first =
        events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    awaitFailure(kafka, first);
    assertThat(first.state()).isEqualTo(Subscription.State.FAILED);

    events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    kafka.settle();

    assertThat(handled).hasSizeBetween(6, 10).containsAll(numbers(0, 5));
  }

  abstract void awaitFailure(TestKafka kafka, Subscription subscription);

  @Test
  void evicted_whatWasInFlight_isDeliveredAgain(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch evicted = new CountDownLatch(1);
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          begun.countDown();
          evicted.await();
          handled.add(order.payload().number());
        });
    events.publish(ORDERS, new Order("o", 1)).join();
    awaitBegun(begun);

    kafka.faults().member("billing").evicted();
    evicted.countDown();
    kafka.settle();

    assertThat(handled).isNotEmpty().containsOnly(1);
  }

  private static void awaitBegun(CountDownLatch begun) {
    try {
      begun.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void unavailable_keepsDeadLettersWaiting_whileOtherKeysGoOn_andNothingIsSkipped(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events = events(kafka, UNTIL_STORED);
    for (String poison : List.of("poison-1", "poison-2")) {
      kafka.write("orders", poison, "{not json".getBytes(UTF_8));
    }
    publish(events, 0, 10);
    CompletableFuture<Void> back = new CompletableFuture<>();
    kafka.faults().publish("orders.dlq").unavailableUntil(back);
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> othersDone = new CompletableFuture<>();
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          handled.add(order.payload().number());
          if (handled.size() == 10) {
            othersDone.complete(null);
          }
        });

    othersDone.join();
    assertThat(kafka.records("orders.dlq")).isEmpty();
    assertThat(kafka.lag("billing", "orders")).isEqualTo(12);
    back.complete(null);
    kafka.settle();

    assertThat(kafka.records("orders.dlq")).hasSize(2);
    assertThat(kafka.lag("billing", "orders")).isZero();
    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 10));
  }

  @Test
  void unavailableForAWhile_theFirstIsRefused_andAllIsThereAtLast(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events = events(kafka, UNTIL_STORED);
    kafka.faults().publish("orders.dlq").nth(2).unavailableFor(Duration.ofMillis(500));
    for (String poison : List.of("poison-1", "poison-2", "poison-3")) {
      kafka.write("orders", poison, "{not json".getBytes(UTF_8));
    }
    publish(events, 0, 3);
    List<Integer> handled = handledBy(events);

    kafka.settle();

    assertThat(kafka.records("orders.dlq")).hasSize(3);
    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 3));
  }

  @Test
  void unavailable_isNotStored_andMayBeTriedAgain(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka);
    CompletableFuture<Void> back = new CompletableFuture<>();
    kafka.faults().publish("orders").unavailableUntil(back);

    for (int i = 0; i < 2; i++) {
      CompletableFuture<PublishResult> refused = events.publish(ORDERS, new Order("o", i));
      assertThat(catchThrowableOfType(CompletionException.class, refused::join).getCause())
          .isInstanceOfSatisfying(
              PublishException.class,
              e -> assertThat(e.failureClass()).isEqualTo(FailureClass.TRANSIENT));
    }
    back.complete(null);
    events.publish(ORDERS, new Order("o", 2)).join();

    assertThat(kafka.records("orders")).hasSize(1);
  }

  @Test
  void stalled_theGroupGoesOnWithoutIt_andWhatItSettlesLateIsDropped(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    CompletableFuture<Void> knows = new CompletableFuture<>();
    AtomicInteger settledLate = new AtomicInteger();
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void lost(String group, String topic, int partition) {
            knows.complete(null);
          }

          @Override
          public void settledLate(String group, String topic, int partition, int records) {
            settledLate.addAndGet(records);
          }
        };
    Events one = impatient(kafka, probe);
    Events two = impatient(kafka, new EventsProbe() {});
    kafka.faults().member("billing").stallsFor(Duration.ofSeconds(8));
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch begun = new CountDownLatch(1);
    publish(one, 0, 1);
    one.subscribe(
        ORDERS,
        "billing",
        order -> {
          begun.countDown();
          knows.join(); // until its member is back
          handled.add(order.payload().number());
        });
    awaitBegun(begun);
    two.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));

    kafka.settle();
    publish(two, 1, 11);
    kafka.settle();

    assertThat(settledLate).hasValue(1);
    assertThat(handled).hasSize(12).containsAll(numbers(0, 11));
    assertThat(kafka.attempts("billing")).containsEntry(new Position("orders", 0, 0), 2);
    assertThat(kafka.lag("billing", "orders")).isZero();
  }

  /** Events whose members may be away from polling for little time. */
  private static Events impatient(TestKafka kafka, EventsProbe probe) {
    return kafka.events(
        config -> config.withConsumer("max.poll.interval.ms", "3000"),
        builder -> builder.serde(JsonSerde.factory()).probe(probe));
  }

  @Test
  void repeated_whatWasHandled_isHandledAgain(TestKafka kafka) {
    kafka.createTopic("orders", 2);
    Events events = events(kafka);
    kafka.faults().delivery("billing").repeated();
    publish(events, 0, 10);
    List<Integer> handled = handledBy(events);

    kafka.settle();

    assertThat(handled).hasSizeBetween(11, 20).containsAll(numbers(0, 10));
    assertThat(kafka.lag("billing", "orders")).isZero();
  }

  @Test
  void rebalanced_whileHandlersRun_whatIsSettledTooLate_isDeliveredAgain(TestKafka kafka) {
    kafka.createTopic("orders", 2);
    Events events = events(kafka);
    Set<Integer> running = ConcurrentHashMap.newKeySet();
    CountDownLatch bothRun = new CountDownLatch(2);
    CompletableFuture<Void> over = new CompletableFuture<>();
    publish(events, 0, 20);
    events.subscribe(
        ORDERS,
        SubscribeOptions.group("billing").withDrainTimeout(Duration.ofMillis(200)),
        order -> {
          if (running.add(order.position().partition())) {
            bothRun.countDown();
            over.join();
          }
        });
    awaitBegun(bothRun);

    kafka.faults().rebalance("billing");
    over.complete(null);
    kafka.settle();

    assertThat(kafka.attempts("billing")).hasSize(20);
    assertThat(kafka.attempts("billing").values()).contains(2);
    assertThat(kafka.lag("billing", "orders")).isZero();
  }

  @Test
  void rebalanced_aGroupWithoutMembers_isRefused(TestKafka kafka) {
    assertThatThrownBy(() -> kafka.faults().rebalance("billing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("group billing has no member here");
  }

  @Test
  void rebalanced_betweenDeliveries_nothingIsRepeated(TestKafka kafka) {
    kafka.createTopic("orders", 2);
    Events events = events(kafka);
    List<Integer> handled = handledBy(events);
    publish(events, 0, 10);
    kafka.settle();

    kafka.faults().rebalance("billing");
    publish(events, 10, 20);
    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(0, 20));
  }

  @Test
  void interleaved_partitionsTakeTurns_andEachKeepsItsOrder(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = events(kafka);
    kafka.faults().delivery("billing").interleaved(7);
    publish(events, 0, 60);
    List<Position> handled = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(
        ORDERS,
        SubscribeOptions.group("billing").withConcurrency(1).withMaxInFlight(1),
        order -> handled.add(order.position()));

    kafka.settle();

    assertThat(handled).hasSize(60).doesNotHaveDuplicates();
    Map<Integer, List<Long>> offsets = new HashMap<>();
    int turns = 0;
    for (int i = 0; i < handled.size(); i++) {
      Position at = handled.get(i);
      offsets.computeIfAbsent(at.partition(), id -> new ArrayList<>()).add(at.offset());
      turns += i > 0 && handled.get(i - 1).partition() != at.partition() ? 1 : 0;
    }
    assertThat(offsets.values()).allSatisfy(each -> assertThat(each).isSorted());
    assertThat(offsets).hasSizeGreaterThan(1);
    assertThat(turns).isGreaterThan(5);
  }

  @Test
  void interleaved_throughAnEviction_nothingIsLost(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = events(kafka);
    kafka.faults().delivery("billing").interleaved(7);
    kafka.faults().delivery("billing").repeated();
    publish(events, 0, 60);
    List<Integer> handled = handledBy(events);

    kafka.settle();

    assertThat(handled).containsAll(numbers(0, 60));
    assertThat(kafka.lag("billing", "orders")).isZero();
  }

  @Test
  void truncated_whatIsGone_isNotDelivered(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka);
    publish(events, 0, 10);
    kafka.faults().truncate("orders", 0, 7);
    List<Integer> handled = handledBy(events);

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(7, 10));
  }
}
