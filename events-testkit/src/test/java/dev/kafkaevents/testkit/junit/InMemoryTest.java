package dev.kafkaevents.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@EventsTest
final class InMemoryTest extends EachBackend {
  private static final Set<TestKafka> SEEN = new HashSet<>();

  @Override
  void awaitFailure(TestKafka kafka, Subscription subscription) {
    while (subscription.state() != Subscription.State.FAILED) {
      kafka.advance(Duration.ofMillis(500));
    }
  }

  @RepeatedTest(2)
  void eachTest_hasAKafkaOfItsOwn(TestKafka kafka, TestKafka again) {
    assertThat(kafka).isSameAs(again);
    assertThat(SEEN.add(kafka)).isTrue();
    kafka.createTopic("orders", 1); // which is refused where it is there
  }

  @Test
  void rebalanced_withNoPartitionToSpare_saysSo(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    events.subscribe(Topic.of("orders", Order.class), "billing", order -> {});
    kafka.settle();

    assertThatThrownBy(() -> kafka.faults().rebalance("billing"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("more partitions than the group has members");
  }

  @Test
  void aFaultThatNeverHappened_isReported(TestKafka kafka) {
    Faults faults = new Faults(new MemoryBackend(1), new Checker());
    faults.publish("orders").nth(3).timesOutLost();

    assertThatThrownBy(faults::requireAllHappened)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("TIMES_OUT_LOST of orders, 3 calls from now");
  }

  /** A broker tells a member later, which goes on meanwhile. */
  @Test
  void interleaved_whatWasKeptWhenPartitionsAreLost_comesOnceFromThereOn(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = events(kafka);
    kafka.faults().delivery("billing").interleaved(7);
    publish(events, 0, 60);
    List<Position> handled = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(
        ORDERS,
        SubscribeOptions.group("billing").withConcurrency(1).withMaxInFlight(1),
        order -> {
          handled.add(order.position());
          if (handled.size() == 10) {
            kafka.faults().member("billing").evicted();
          }
        });

    kafka.settle();

    assertThat(new HashSet<>(handled)).hasSize(60);
    assertThat(handled.subList(10, handled.size())).doesNotHaveDuplicates();
  }
}
