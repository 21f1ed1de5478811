package dev.kafkaevents.testkit.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kafkaevents.Events;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same tests on every backend. */
@Timeout(120)
abstract class EachBackend {
  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

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

  private static Events events(TestKafka kafka, DeliveryInterceptor... interceptors) {
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

  private static void publish(Events events, int from, int to) {
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

    assertThat(handled).hasSize(10).containsAll(numbers(0, 5));
  }

  abstract void awaitFailure(TestKafka kafka, Subscription subscription);

  @Test
  void evicted_whatWasInFlight_isDeliveredAgain(TestKafka kafka) throws Exception {
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
    awaitBegun(kafka, begun);

    kafka.faults().member("billing").evicted();
    evicted.countDown();
    kafka.settle();

    assertThat(handled).isNotEmpty().containsOnly(1);
  }

  abstract void awaitBegun(TestKafka kafka, CountDownLatch begun) throws InterruptedException;

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
