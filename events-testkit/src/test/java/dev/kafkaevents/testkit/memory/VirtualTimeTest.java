package dev.kafkaevents.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine, unmodified, on virtual time. */
@Timeout(60)
final class VirtualTimeTest {
  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private final InMemoryKafka kafka = InMemoryKafka.withVirtualTime(7);
  private final List<Events> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Events::close);
    kafka.close();
  }

  private Events events(DeliveryInterceptor... interceptors) {
    KafkaEvents.Builder builder = kafka.events("shop").serde(JsonSerde.factory());
    for (DeliveryInterceptor interceptor : interceptors) {
      builder.onDelivery(interceptor);
    }
    Events events = builder.build();
    open.add(events);
    return events;
  }

  /** Tries again after 1 h, 2 h, 3 h and so on, for as long as it takes. */
  private static final DeliveryInterceptor PATIENT =
      (delivery, chain) -> {
        for (int attempt = 1; ; attempt++) {
          try {
            return attempt == 1
                ? chain.proceed(delivery)
                : chain.retry(delivery, Duration.ofHours(attempt - 1));
          } catch (IllegalStateException failed) {
            if (attempt == 6) {
              return Settlement.skipped("given up");
            }
          }
        }
      };

  @Test
  void settle_whatWasPublished_isHandledAndCommitted() {
    kafka.createTopic("orders", 4);
    Events events = events();
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    for (int i = 0; i < 20; i++) {
      events.publish(ORDERS, new Order("o-" + i % 5, i)).join();
    }

    kafka.settle();

    assertThat(handled).hasSize(20).containsExactlyInAnyOrderElementsOf(List.copyOf(numbers(20)));
    assertThat(committed("billing")).isEqualTo(20);
  }

  private static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private long committed(String group) {
    try {
      return kafka
          .admin()
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(offset -> offset.offset())
          .sum();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void settle_retriesOverHours_happenWhenTheyAreDue() {
    kafka.createTopic("orders", 1);
    Events events = events(PATIENT);
    Instant start = kafka.now();
    List<Duration> attempts = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          attempts.add(Duration.between(start, kafka.now()));
          if (attempts.size() < 4) {
            throw new IllegalStateException("not yet");
          }
        });
    events.publish(ORDERS, new Order("o", 1)).join();

    kafka.settle();

    assertThat(attempts).hasSize(4);
    assertThat(gaps(attempts))
        .containsExactly(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(3));
  }

  private static List<Duration> gaps(List<Duration> times) {
    List<Duration> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(times.get(i).minus(times.get(i - 1)));
    }
    return gaps;
  }

  /** One of the two follows: it looks for partitions that were added, and has nothing to tell. */
  @Test
  void settle_retriesOverHours_besideAnotherTopicOfTheGroup() {
    kafka.createTopic("orders", 1);
    kafka.createTopic("returns", 1);
    Events events = events(PATIENT);
    List<Instant> attempts = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          attempts.add(kafka.now());
          if (order.attempt() == 1) {
            throw new IllegalStateException("not yet");
          }
        });
    events.subscribe(ORDERS.withName("returns"), "billing", order -> {});
    events.publish(ORDERS, new Order("o-1", 1)).join();

    kafka.settle();

    assertThat(Duration.between(attempts.get(0), attempts.get(1))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void advance_stopsBeforeWhatIsNotDue() {
    kafka.createTopic("orders", 1);
    Events events = events(PATIENT);
    Map<Integer, Integer> attempts = new ConcurrentHashMap<>();
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          if (attempts.merge(order.payload().number(), 1, Integer::sum) < 3) {
            throw new IllegalStateException("not yet");
          }
        });
    events.publish(ORDERS, new Order("o", 1)).join();

    kafka.advance(Duration.ofMinutes(59));
    assertThat(attempts).containsEntry(1, 1);
    kafka.advance(Duration.ofMinutes(2));
    assertThat(attempts).containsEntry(1, 2);
    kafka.settle();
    assertThat(attempts).containsEntry(1, 3);
  }

  @Test
  void keyOrder_isKeptThroughRetries() {
    kafka.createTopic("orders", 3);
    Events events = events(PATIENT);
    Map<String, List<Integer>> handled = new ConcurrentHashMap<>();
    Map<Integer, Integer> attempts = new ConcurrentHashMap<>();
    events.subscribe(
        ORDERS,
        SubscribeOptions.group("billing").withConcurrency(8),
        order -> {
          int number = order.payload().number();
          if (attempts.merge(number, 1, Integer::sum) <= number % 3) {
            throw new IllegalStateException("not yet");
          }
          handled
              .computeIfAbsent(
                  order.payload().id(), k -> Collections.synchronizedList(new ArrayList<>()))
              .add(number);
        });
    for (int i = 0; i < 30; i++) {
      events.publish(ORDERS, new Order("o-" + i % 6, i)).join();
    }

    kafka.settle();

    assertThat(handled).hasSize(6);
    handled.values().forEach(numbers -> assertThat(numbers).hasSize(5).isSorted());
  }

  @Test
  void twoMembers_shareAndTakeOver() {
    kafka.createTopic("orders", 4);
    List<Integer> handled = Collections.synchronizedList(new ArrayList<>());
    Events first = events();
    Events second = events();
    Subscription leaving =
        first.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    second.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    kafka.settle();
    for (int i = 0; i < 10; i++) {
      first.publish(ORDERS, new Order("o-" + i, i)).join();
    }
    kafka.settle();
    leaving.close();
    for (int i = 10; i < 20; i++) {
      first.publish(ORDERS, new Order("o-" + i, i)).join();
    }

    kafka.settle();

    assertThat(handled).containsExactlyInAnyOrderElementsOf(numbers(20));
  }

  @Test
  void settle_aHandlerThatNeverReturns_isNamed() {
    kafka.createTopic("orders", 1);
    Events events = events();
    Subscription billing =
        events.subscribe(
            ORDERS,
            "billing",
            order -> {
              while (!Thread.interrupted()) {
                Thread.onSpinWait();
              }
            });
    events.publish(ORDERS, new Order("o", 1)).join();

    kafka.patience(Duration.ofMillis(300));
    assertThatThrownBy(kafka::settle)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("kafka-events-billing-orders-lane");
    billing.close(Duration.ZERO);
  }

  @Test
  void aHandlerThatPublishes_andWaitsForTheOutcome_isWaitedFor() {
    kafka.createTopic("orders", 2);
    kafka.createTopic("bills", 1);
    Topic<Order> bills = Topic.of("bills", Order.class).keyedBy(Order::id);
    Events events = events();
    List<Integer> billed = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(ORDERS, "billing", order -> events.publish(bills, order.payload()).join());
    events.subscribe(bills, "paying", bill -> billed.add(bill.payload().number()));
    for (int i = 0; i < 10; i++) {
      events.publish(ORDERS, new Order("o-" + i, i)).join();
    }

    kafka.settle();

    assertThat(billed).containsExactlyInAnyOrderElementsOf(numbers(10));
  }

  @Test
  void handlersThatMeet_areAtWorkTogether() {
    kafka.createTopic("orders", 1);
    Events events = events();
    CyclicBarrier both = new CyclicBarrier(2);
    List<Integer> met = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(
        ORDERS,
        SubscribeOptions.group("billing").withConcurrency(2),
        order -> {
          both.await();
          met.add(order.payload().number());
        });
    events.publish(ORDERS, new Order("one", 0));
    events.publish(ORDERS, new Order("other", 1));

    kafka.settle();

    assertThat(met).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aHandlerThatWaitsForTheTest_isLeftAlone_andTimeGoesOn() {
    kafka.createTopic("orders", 1);
    Events events = events();
    CountDownLatch open = new CountDownLatch(1);
    CompletableFuture<Integer> handled = new CompletableFuture<>();
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          open.await();
          handled.complete(order.payload().number());
        });
    events.publish(ORDERS, new Order("o", 7));

    kafka.advance(Duration.ofSeconds(2));
    assertThat(handled).isNotDone();
    open.countDown();

    assertThat(handled).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(7);
    kafka.settle();
    assertThat(committed("billing")).isEqualTo(1);
  }

  @Test
  void close_drainTimeOfAHandlerThatWaits_isVirtual() {
    kafka.createTopic("orders", 1);
    Events events = events();
    Subscription billing =
        events.subscribe(ORDERS, "billing", order -> new CountDownLatch(1).await());
    events.publish(ORDERS, new Order("o", 7));
    kafka.advance(Duration.ofSeconds(1));
    Instant before = kafka.now();

    assertThat(billing.close(Duration.ofHours(1)).abandoned()).isEqualTo(1);

    assertThat(Duration.between(before, kafka.now())).isGreaterThanOrEqualTo(Duration.ofHours(1));
  }

  @Test
  void poll_ofATestsOwnConsumer_letsTimePass() {
    kafka.createTopic("orders", 1);
    Instant before = kafka.now();
    try (Consumer<String, String> consumer =
        kafka.consumer(Map.of(), new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition("orders", 0)));
      assertThat(consumer.poll(Duration.ofHours(5))).isEmpty();
    }
    assertThat(Duration.between(before, kafka.now())).isEqualTo(Duration.ofHours(5));
  }

  @Test
  void unavailable_aTopicTakesNothing_forAsLongAsSaid() {
    kafka.createTopic("orders", 1);
    Events events = events();
    kafka.makeUnavailable("orders", Duration.ofMinutes(3));
    CompletableFuture<PublishResult> early = events.publish(ORDERS, new Order("o", 1));
    kafka.advance(Duration.ofMinutes(2).minusSeconds(1));
    assertThat(early).isNotDone();

    kafka.advance(Duration.ofSeconds(2)); // longer than a producer tries
    assertThat(early)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(PublishException.class);
    CompletableFuture<PublishResult> late = events.publish(ORDERS, new Order("o", 2));
    kafka.advance(Duration.ofMinutes(1));

    assertThat(late.join().position()).isEqualTo(new Position("orders", 0, 0));
  }

  @Test
  void pass_aHandlerThatTakesLong_takesNone() {
    kafka.createTopic("orders", 1);
    Events events = events();
    Instant before = kafka.now();
    events.subscribe(ORDERS, "billing", order -> kafka.pass(Duration.ofHours(2)));
    events.publish(ORDERS, new Order("o", 1)).join();

    kafka.settle();

    assertThat(committed("billing")).isEqualTo(1);
    assertThat(Duration.between(before, kafka.now())).isGreaterThanOrEqualTo(Duration.ofHours(2));
  }
}
