package dev.kafkaevents.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PublishOrdersTest {
  private static final Duration FLUSH = Duration.ofSeconds(30);

  @Test
  void everyOrderHasItsOutcome_whenItReturns() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start();
        Events events = kafka.events("orders").serde(JsonSerde.factory()).build()) {
      kafka.createTopic("orders", 3);
      AtomicInteger next = new AtomicInteger();
      int count = PublishOrders.MOST_IN_FLIGHT * 3;
      PublishOrders.Report report =
          useCase(() -> next.get() < count ? order(next.incrementAndGet()) : null, events)
              .run(FLUSH);
      assertThat(report).isEqualTo(new PublishOrders.Report(count, 0, Map.of(), 0));
      assertThat(report.isComplete()).isTrue();
    }
  }

  @Test
  void eventsAreKeyedByTheirOrder_andNamedByIt() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start();
        Events events = kafka.events("orders").serde(JsonSerde.factory()).build()) {
      kafka.createTopic("orders", 3);
      Order order = order(1);
      var orders = List.of(order, order.cancel(Instant.EPOCH.plusSeconds(9), "why")).iterator();
      useCase(() -> orders.hasNext() ? orders.next() : null, events).run(FLUSH);
      List<String> seen = new CopyOnWriteArrayList<>();
      CountDownLatch both = new CountDownLatch(2);
      events.subscribe(
          OrderEvent.TOPIC,
          "reader",
          event -> {
            seen.add(event.key() + " " + event.event().id() + " " + event.event().time());
            both.countDown();
          });
      assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(seen)
          .containsExactly(
              "o-1 o-1.OrderPlaced 1970-01-01T00:00:00Z",
              "o-1 o-1.OrderCancelled 1970-01-01T00:00:09Z");
    }
  }

  @Test
  void invalidOrder_isCounted_andTheNextIsPublished() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start();
        Events events = kafka.events("orders").serde(JsonSerde.factory()).build()) {
      kafka.createTopic("orders", 1);
      AtomicInteger calls = new AtomicInteger();
      OrderGateway gateway =
          () ->
              switch (calls.incrementAndGet()) {
                case 1 -> throw new InvalidOrderException("line 1 is no order");
                case 2 -> order(2);
                default -> null;
              };
      assertThat(useCase(gateway, events).run(FLUSH))
          .isEqualTo(new PublishOrders.Report(1, 1, Map.of(), 0));
    }
  }

  @Test
  void failureThatIsNotTheOrdersOwn_endsTheRun() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start();
        Events events =
            kafka
                .events(
                    dev.kafkaevents.EventsConfig.of("orders", kafka.bootstrapServers())
                        .withProducer("max.block.ms", "100"))
                .serde(JsonSerde.factory())
                .build()) {
      AtomicInteger fetched = new AtomicInteger();
      // There is no such topic.
      PublishOrders.Report report =
          useCase(() -> order(fetched.incrementAndGet()), events).run(FLUSH);
      assertThat(report.failures()).containsOnlyKeys(FailureClass.TRANSIENT);
      assertThat(fetched).hasValue(1);
      assertThat(report.isComplete()).isFalse();
    }
  }

  @Test
  void stopped_handsOverNoMore() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start();
        Events events = kafka.events("orders").serde(JsonSerde.factory()).build()) {
      kafka.createTopic("orders", 1);
      PublishOrders[] self = new PublishOrders[1];
      AtomicInteger fetched = new AtomicInteger();
      self[0] =
          useCase(
              () -> {
                if (fetched.incrementAndGet() == 3) {
                  self[0].stop();
                }
                return order(fetched.get());
              },
              events);
      assertThat(self[0].run(FLUSH)).isEqualTo(new PublishOrders.Report(2, 0, Map.of(), 0));
      assertThat(fetched).hasValue(3);
    }
  }

  private static PublishOrders useCase(OrderGateway gateway, Events events) {
    return new PublishOrders(gateway, events, OpenTelemetry.noop().getTracer("test"));
  }

  private static Order order(int number) {
    LineItem item = new LineItem("cup", 1, Money.ofMinorUnits(995, Currency.getInstance("EUR")));
    return Order.place(new OrderId("o-" + number), "c-1", Instant.EPOCH, List.of(item));
  }
}
