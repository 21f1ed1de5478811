package dev.kafkaevents.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnsentException;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of docs/publishing.md. */
@Timeout(60)
class PublishingGuideTest {
  private static final Logger LOG = LoggerFactory.getLogger(PublishingGuideTest.class);

  record OrderPlaced(String orderId, BigDecimal total) {}

  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private final InMemoryKafka kafka = InMemoryKafka.start();
  private Events events;

  @BeforeEach
  void open() {
    kafka.createTopic("orders", 3);
    events = kafka.events("shop").serde(JsonSerde.factory()).build();
  }

  @AfterEach
  void close() {
    events.close();
    kafka.close();
  }

  private static OrderPlaced order(String id) {
    return new OrderPlaced(id, new BigDecimal("9.90"));
  }

  private <T> BlockingQueue<Event<T>> subscribed(Topic<T> topic) {
    BlockingQueue<Event<T>> seen = new LinkedBlockingQueue<>();
    events.subscribe(topic, "guide", delivery -> seen.add(delivery.event()));
    return seen;
  }

  private static <T> T next(BlockingQueue<T> seen) throws InterruptedException {
    return seen.poll(30, TimeUnit.SECONDS);
  }

  // One event, and what became of it.

  static Position place(EventPublisher events, OrderPlaced order) {
    PublishResult stored = events.publish(ORDERS, order).join();
    return stored.position();
  }

  static String placeAndSay(EventPublisher events, OrderPlaced order) {
    try {
      return "stored at " + events.publish(ORDERS, order).join().position();
    } catch (CompletionException e) {
      PublishException failure = (PublishException) e.getCause();
      return switch (failure.outcome()) {
        case REJECTED -> "never will be stored as it is";
        case NOT_STORED -> "not stored: may be published again";
        case UNKNOWN -> "may be stored: published again it may be there twice";
        case SPOOLED -> "on this machine's disk, to be stored from there";
      };
    }
  }

  @Test
  void aPublish_saysWhereItIsStored_orWhatIsKnown() {
    assertThat(place(events, order("o-1")).topic()).isEqualTo("orders");
    assertThat(placeAndSay(events, order("o-2"))).startsWith("stored at orders-");
    assertThat(placeAndSay(events, new OrderPlaced(null, BigDecimal.ONE)))
        .isEqualTo("never will be stored as it is");
  }

  // Many.

  static long placeAll(EventPublisher events, List<OrderPlaced> orders) {
    LongAdder failed = new LongAdder();
    for (OrderPlaced order : orders) {
      events
          .publish(ORDERS, order)
          .whenComplete(
              (stored, failure) -> {
                if (failure != null) {
                  failed.increment();
                  LOG.warn("order {} was not published", order.orderId(), failure);
                }
              });
    }
    events.flush(Duration.ofSeconds(30)); // throws UnsentException with how many are left
    return orders.size() - failed.sum();
  }

  @Test
  void many_areFlushedAndCounted() throws InterruptedException {
    List<OrderPlaced> orders = List.of(order("o-1"), order("o-2"), new OrderPlaced(null, null));
    assertThat(placeAll(events, orders)).isEqualTo(2);

    kafka.makeUnavailable("orders", Duration.ofHours(1));
    assertThatThrownBy(
            () -> {
              events.publish(ORDERS, order("o-3"));
              events.flush(Duration.ofMillis(1));
            })
        .isInstanceOf(UnsentException.class);
    events.close(Duration.ZERO);
  }

  // What an event is.

  @Test
  void attributes_areFilledIn_andMayBeSaid() throws InterruptedException {
    Instant placedAt = Instant.parse("2026-01-02T03:04:05Z");
    OrderPlaced order = order("o-1");
    Event<OrderPlaced> event =
        events
            .event(ORDERS, order) // id, type, source, key and time filled in
            .withId("order-placed-" + order.orderId()) // of the row or command it stems from
            .withTime(placedAt)
            .withHeader("tenant", "acme");
    events.publish(ORDERS, event);

    Event<OrderPlaced> read = next(subscribed(ORDERS));
    assertThat(read.id()).isEqualTo("order-placed-o-1");
    assertThat(read.type()).isEqualTo("OrderPlaced");
    assertThat(read.source()).isEqualTo("shop");
    assertThat(read.key()).isEqualTo("o-1");
    assertThat(read.time()).isEqualTo(placedAt);
    assertThat(read.headers().text("tenant")).isEqualTo("acme");
  }

  // Several kinds.

  sealed interface OrderEvent {
    String orderId();

    record Placed(String orderId, BigDecimal total) implements OrderEvent {}

    record Shipped(String orderId, String parcel) implements OrderEvent {}
  }

  static final Topic<OrderEvent> ORDER_EVENTS =
      Topic.of("order-events", OrderEvent.class)
          .keyedBy(OrderEvent::orderId)
          .named(OrderEvent.Placed.class, "order.placed.v1");

  @Test
  void severalKinds_areASealedType() throws InterruptedException {
    kafka.createTopic("order-events", 3);
    events.publish(ORDER_EVENTS, new OrderEvent.Placed("o-1", new BigDecimal("9.90")));
    events.publish(ORDER_EVENTS, new OrderEvent.Shipped("o-1", "p-7"));

    BlockingQueue<Event<OrderEvent>> seen = subscribed(ORDER_EVENTS);
    assertThat(next(seen).type()).isEqualTo("order.placed.v1");
    assertThat(next(seen).payload()).isEqualTo(new OrderEvent.Shipped("o-1", "p-7"));
  }

  // Bytes, tombstones, all publishes.

  @Test
  void bytesAndTombstones() {
    byte[] json = "{\"orderId\": \"o-1\", \"total\": 9.90}".getBytes(UTF_8);
    Message row = Message.of("orders", "o-1".getBytes(UTF_8), json);
    events.send(row.withHeader("content-type", "application/json")).join();

    events.publishTombstone(ORDERS, "o-1").join(); // a compacted topic forgets the key
  }

  @Test
  void eachPublish_canBeWrapped() throws InterruptedException {
    try (Events wrapped =
        kafka
            .events("shop")
            .serde(JsonSerde.factory())
            .onPublish((event, chain) -> chain.proceed(event.withHeader("tenant", tenant())))
            .build()) {
      wrapped.publish(ORDERS, order("o-1"));
      assertThat(next(subscribed(ORDERS)).headers().text("tenant")).isEqualTo("acme");
    }
  }

  private static String tenant() {
    return "acme";
  }
}
