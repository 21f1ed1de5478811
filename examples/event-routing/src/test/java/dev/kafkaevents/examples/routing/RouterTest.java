package dev.kafkaevents.examples.routing;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatTopic;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.examples.routing.ShopEvent.OrderEvent;
import dev.kafkaevents.examples.routing.ShopEvent.OrderPlaced;
import dev.kafkaevents.examples.routing.ShopEvent.PaymentTaken;
import dev.kafkaevents.examples.routing.ShopEvent.StockLow;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@EventsTest
final class RouterTest {
  private static final Topic<OrderEvent> ORDERS = Topic.of("orders", OrderEvent.class);
  private static final Topic<PaymentTaken> PAYMENTS = Topic.of("payments", PaymentTaken.class);
  private static final Topic<StockLow> STOCK = Topic.of("stock", StockLow.class);
  private static final Topic<ShopEvent> AUDIT = Topic.of("audit", ShopEvent.class);

  private sealed interface Change {}

  private record Known() implements Change {}

  private static non-sealed class Open implements Change {}

  private static final class BelowOpen extends Open {}

  @Test
  void event_goesToTheTopicOfItsKind(TestKafka kafka) {
    for (Topic<?> topic : List.of(ORDERS, PAYMENTS, STOCK)) {
      kafka.createTopic(topic.name(), 1);
    }
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    Router<ShopEvent> router = Router.of(events, ShopEvent.class, List.of(ORDERS, PAYMENTS, STOCK));
    CompletableFuture<?> placed = router.publish(new OrderPlaced("o-1", "cup", 1_250));
    CompletableFuture<?> low = router.publish(new StockLow("cup", 2));
    kafka.settle();
    CompletableFuture.allOf(placed, low).join();
    assertThatTopic(kafka, ORDERS).single().hasType("OrderPlaced");
    assertThatTopic(kafka, STOCK).single().hasPayload(new StockLow("cup", 2));
    assertThatTopic(kafka, PAYMENTS).isEmpty();
  }

  @Test
  void kindWithoutATopic_orWithSeveral_isRefusedAtTheStart(TestKafka kafka) {
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    assertThatThrownBy(() -> Router.of(events, ShopEvent.class, List.of(ORDERS)))
        .hasMessage(
            "each kind of ShopEvent needs one topic: PaymentTaken has none, StockLow has none");
    assertThatThrownBy(
            () -> Router.of(events, ShopEvent.class, List.of(ORDERS, PAYMENTS, STOCK, AUDIT)))
        .hasMessageContaining("OrderPlaced has [orders, audit]")
        .hasMessageContaining("StockLow has [stock, audit]");
  }

  @Test
  void kindThatIsOpenToSubclasses_isNamed(TestKafka kafka) {
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    Router<Change> router =
        Router.of(
            events,
            Change.class,
            List.of(Topic.of("known", Known.class), Topic.of("open", Open.class)));
    assertThatThrownBy(() -> router.publish(new BelowOpen()))
        .hasMessageContaining("BelowOpen", "is open to subclasses");
  }
}
