package dev.kafkaevents.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.Step.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thing at a time. */
@Timeout(60)
final class StepTest {
  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private final InMemoryKafka kafka = InMemoryKafka.stepByStep(3);
  private final Events events = kafka.events("shop").serde(JsonSerde.factory()).build();

  @AfterEach
  void close() {
    events.close();
    kafka.close();
  }

  private Step step() {
    Step step = kafka.step();
    assertThat(step).isNotNull();
    return step;
  }

  private Step stepTo(Kind kind) {
    Step step = step();
    while (step.kind() != kind) {
      step = step();
    }
    return step;
  }

  @Test
  void nothingHappens_untilSomebodySteps() {
    kafka.createTopic("orders", 1);
    List<Integer> handled = new ArrayList<>();
    events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().number()));
    CompletableFuture<PublishResult> published = events.publish(ORDERS, new Order("o", 7));
    assertThat(published).isNotDone();

    assertThat(stepTo(Kind.DELIVERED).at()).isEqualTo(new Position("orders", 0, 0));
    assertThat(published).isCompleted();
    assertThat(handled).isEmpty();
    Step settled = step();
    assertThat(handled).containsExactly(7);

    assertThat(settled.kind()).isEqualTo(Kind.SETTLED);
    assertThat(settled.toString())
        .startsWith("kafka-events-billing-orders-lane-")
        .endsWith(": settled orders-0@0");
    Step committed = step();
    assertThat(committed.kind()).isEqualTo(Kind.COMMITTED);
    assertThat(committed.at()).isEqualTo(new Position("orders", 0, 1));
    assertThat(kafka.step()).isNull();
    assertThat(kafka.steps())
        .extracting(Step::kind)
        .containsExactlyInAnyOrder(
            Kind.ASSIGNED, Kind.STORED, Kind.POLLED, Kind.DELIVERED, Kind.SETTLED, Kind.COMMITTED);
  }

  @Test
  void aRetry_isAStep_andTheTimeUntilItPasses() {
    kafka.createTopic("orders", 1);
    Events patient =
        kafka
            .events("shop")
            .serde(JsonSerde.factory())
            .onDelivery(
                (delivery, chain) -> {
                  try {
                    return chain.proceed(delivery);
                  } catch (IllegalStateException e) {
                    return chain.retry(delivery, Duration.ofHours(1));
                  }
                })
            .build();
    patient.subscribe(
        ORDERS,
        SubscribeOptions.group("billing"),
        order -> {
          if (order.attempt() == 1) {
            throw new IllegalStateException("not now");
          }
        });
    patient.publish(ORDERS, new Order("o", 7));
    stepTo(Kind.RETRY);
    Instant failed = kafka.now();

    stepTo(Kind.TIMER);
    assertThat(Duration.between(failed, kafka.now())).isEqualTo(Duration.ofHours(1));
    stepTo(Kind.COMMITTED);
    patient.close();
  }

  @Test
  void close_letsAllEnd() {
    kafka.createTopic("orders", 1);
    events.subscribe(ORDERS, "billing", order -> {});
    CompletableFuture<PublishResult> published = events.publish(ORDERS, new Order("o", 7));
    events.close();
    assertThat(published).isDone();
  }

  @Test
  void step_whereThingsHappenByThemselves_isRefused() {
    try (InMemoryKafka other = InMemoryKafka.withVirtualTime(1)) {
      assertThatThrownBy(other::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("stepByStep");
    }
  }
}
