package dev.kafkaevents.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For how long events have been waiting, to the second, on virtual time. */
@Timeout(60)
final class TimeLagTest {
  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  /**
   * How old what is known may be: the ends of paused partitions are asked for every other second.
   */
  private static final Duration A_LOOK = Duration.ofSeconds(4);

  private final InMemoryKafka kafka = InMemoryKafka.withVirtualTime(11);
  private final Events events = kafka.events("shop").serde(JsonSerde.factory()).build();

  @AfterEach
  void close() {
    events.close();
    kafka.close();
  }

  @Test
  void eventThatIsStuck_countsSinceItsTimestamp_whateverIsSettledBehindIt() {
    kafka.createTopic("orders", 1);
    CompletableFuture<Void> stuck = new CompletableFuture<>();
    Subscription subscription =
        events.subscribeAsync(
            ORDERS,
            SubscribeOptions.group("billing"),
            order ->
                order.payload().id().equals("stuck")
                    ? stuck
                    : CompletableFuture.completedFuture(null));
    publish("stuck");
    kafka.advance(Duration.ofMinutes(10));
    publish("other");
    kafka.advance(Duration.ofMinutes(5));

    assertThat(subscription.lag()).hasValue(2);
    assertThat(subscription.health().timeLag()).hasValue(Duration.ofMinutes(15));

    stuck.complete(null);
    kafka.advance(A_LOOK);
    assertThat(subscription.health().timeLag()).hasValue(Duration.ZERO);
  }

  @Test
  void eventThatIsNotRead_countsSinceItIsKnownOf() {
    kafka.createTopic("orders", 1);
    Subscription subscription = events.subscribe(ORDERS, "billing", order -> {});
    kafka.advance(A_LOOK);
    assertThat(subscription.health().timeLag()).hasValue(Duration.ZERO);
    subscription.pause();
    kafka.advance(A_LOOK);
    publish("o-1");
    kafka.advance(Duration.ofHours(1));

    assertThat(subscription.lag()).hasValue(1);
    assertThat(subscription.health().timeLag().orElseThrow())
        .isBetween(Duration.ofHours(1).minus(A_LOOK), Duration.ofHours(1));

    subscription.resume();
    kafka.settle();
    kafka.advance(A_LOOK);
    assertThat(subscription.health().timeLag()).hasValue(Duration.ZERO);
  }

  @Test
  void beforeAnythingIsKnown_isEmpty() {
    try (InMemoryKafka still = InMemoryKafka.stepByStep(11);
        Events events = still.events("shop").serde(JsonSerde.factory()).build()) {
      still.createTopic("orders", 1);
      Subscription subscription = events.subscribe(ORDERS, "billing", order -> {});

      assertThat(subscription.lag()).isEmpty();
      assertThat(subscription.health().timeLag()).isEmpty();
    }
  }

  private void publish(String id) {
    events.publish(ORDERS, new Order(id)).join();
  }
}
