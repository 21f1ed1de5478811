package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.EventSubscriber;
import dev.kafkaevents.Events;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of docs/subscribing.md. */
@Timeout(60)
class SubscribingGuideTest {
  record OrderPlaced(String orderId, BigDecimal total) {}

  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private final InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1);
  private final List<String> charged = new CopyOnWriteArrayList<>();

  @BeforeEach
  void createTopics() {
    kafka.createTopic("orders", 3);
    kafka.createTopic("orders.dlq", 3);
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  private KafkaEvents.Builder builder() {
    return kafka.events("shop").serde(JsonSerde.factory());
  }

  private static OrderPlaced order(String id, int total) {
    return new OrderPlaced(id, BigDecimal.valueOf(total));
  }

  private void place(Events events, OrderPlaced... orders) {
    for (OrderPlaced order : orders) {
      events.publish(ORDERS, order);
    }
    kafka.settle();
  }

  private void charge(OrderPlaced order) {
    charged.add(order.orderId());
  }

  // A handler.

  private void bill(Delivery<OrderPlaced> delivery) {
    OrderPlaced order = delivery.payload();
    if (order.total().signum() < 0) {
      throw new RejectedException("the total is negative"); // no use in trying again
    }
    charge(order); // may block, may throw
  }

  @Test
  void aHandler_returnsToAccept_andThrowsToFail() {
    try (Events events =
        builder().install(Resilience.retryThenDeadLetter(3, Duration.ofSeconds(1))).build()) {
      Subscription billing = events.subscribe(ORDERS, "billing", this::bill);
      place(events, order("o-1", 9), order("o-2", -9));

      assertThat(charged).containsExactly("o-1");
      assertThat(billing.state()).isEqualTo(Subscription.State.RUNNING);
    }
  }

  // Options.

  @Test
  void howItRuns_isSaidByOptions() {
    SubscribeOptions options =
        SubscribeOptions.group("billing")
            .withOrdering(Ordering.KEY) // the default: events of a key wait for each other
            .withConcurrency(64); // handlers at once, whatever the number of partitions
    try (Events events = builder().build()) {
      events.subscribe(ORDERS, options, this::bill);
      place(events, order("o-1", 9));
      assertThat(charged).containsExactly("o-1");
    }
  }

  // Comes again.

  private final Set<String> seen = ConcurrentHashMap.newKeySet(); // in life: a table

  private void billOnce(Delivery<OrderPlaced> delivery) {
    if (seen.add(delivery.event().id())) {
      charge(delivery.payload());
    }
  }

  @Test
  void whatComesAgain_hasTheSameId() {
    try (Events events = builder().build()) {
      events.subscribe(ORDERS, "billing", this::billOnce);
      var event = events.event(ORDERS, order("o-1", 9));
      events.publish(ORDERS, event);
      events.publish(ORDERS, event);
      kafka.settle();
      assertThat(charged).containsExactly("o-1");
    }
  }

  // Asynchronous.

  private CompletionStage<?> chargeLater(OrderPlaced order) {
    charge(order);
    return CompletableFuture.completedStage(null);
  }

  @Test
  void aHandlerThatFinishesLater_returnsAStage() {
    SubscribeOptions options = SubscribeOptions.group("billing");
    try (Events events = builder().build()) {
      events.subscribeAsync(
          ORDERS,
          options.withHandlerTimeout(Duration.ofSeconds(30)),
          delivery -> chargeLater(delivery.payload()));
      place(events, order("o-1", 9));
      assertThat(charged).containsExactly("o-1");
    }
  }

  // Tombstones.

  private static final class Prices implements EventHandler<OrderPlaced> {
    private final Map<String, BigDecimal> totals = new ConcurrentHashMap<>();

    @Override
    public void handle(Delivery<OrderPlaced> delivery) {
      totals.put(delivery.key(), delivery.payload().total());
    }

    @Override
    public void handleTombstone(Delivery<OrderPlaced> delivery) {
      totals.remove(delivery.key());
    }
  }

  @Test
  void tombstones_haveAMethodOfTheirOwn() {
    try (Events events = builder().build()) {
      Prices prices = new Prices();
      events.subscribe(ORDERS, "prices", prices);
      place(events, order("o-1", 9), order("o-2", 9));
      assertThat(prices.totals).containsOnlyKeys("o-1", "o-2");
      events.publishTombstone(ORDERS, "o-1");
      kafka.settle();
      assertThat(prices.totals).containsOnlyKeys("o-2");
    }
  }

  // Around every delivery.

  @Test
  void whatIsLeftOut_isLeftOutByALineThatSaysSo() {
    Instant opening = kafka.now();
    KafkaEvents.Builder builder = builder();
    builder.onDelivery(
        (delivery, chain) ->
            delivery.event().time().isBefore(opening)
                ? Settlement.skipped("before the opening")
                : chain.proceed(delivery));
    try (Events events = builder.build()) {
      events.publish(ORDERS, events.event(ORDERS, order("o-1", 9)).withTime(Instant.EPOCH));
      events.subscribe(ORDERS, "billing", this::bill);
      place(events, order("o-2", 9));
      assertThat(charged).containsExactly("o-2");
    }
  }

  // How it is, and how it ends.

  private static void watch(Subscription billing) {
    billing.pause(); // starts no more handlers; stays in the group
    billing.resume();

    billing.state(); // STARTING, RUNNING, PAUSED, CLOSING, CLOSED, FAILED
    billing.lag(); // offsets that are not settled; empty while that is not known
    billing.health().trouble(); // why the cluster can't be read at the moment; null if it can
  }

  private static void serve(EventSubscriber events, EventHandler<OrderPlaced> handler) {
    try (Subscription billing = events.subscribe(ORDERS, "billing", handler)) {
      billing.stopped().join(); // runs until closed, or until it fails
    }
  }

  @Test
  void aFailureNobodyAnswers_stopsTheSubscription() {
    try (Events events = builder().build()) {
      watch(events.subscribe(ORDERS, "watched", delivery -> {}));
      events.publish(ORDERS, order("o-1", 9));
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () ->
                  serve(
                      events,
                      delivery -> {
                        throw new IllegalStateException("nobody foresaw this");
                      }));
      while (!served.isDone()) {
        kafka.advance(Duration.ofSeconds(1));
      }
      assertThatThrownBy(served::join)
          .isInstanceOf(CompletionException.class)
          .rootCause()
          .hasMessage("nobody foresaw this");
      assertThatThrownBy(served::join)
          .cause()
          .isInstanceOf(SubscriptionException.class)
          .hasMessageContaining("orders-");
    }
  }

  private static void closeOnShutdown(Events events) {
    Runtime.getRuntime().addShutdownHook(new Thread(events::close));
  }

  @Test
  void closing_letsHandlersFinish() {
    Events events = builder().build();
    closeOnShutdown(events);
    events.subscribe(ORDERS, "billing", this::bill);
    place(events, order("o-1", 9));
    Events.CloseReport report = events.close(Duration.ofSeconds(10));
    assertThat(report.isComplete()).isTrue();
  }
}
