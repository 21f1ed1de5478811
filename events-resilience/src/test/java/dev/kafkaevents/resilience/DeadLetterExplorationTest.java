package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Member;
import dev.kafkaevents.testkit.memory.Exploration;
import dev.kafkaevents.testkit.memory.Life;
import dev.kafkaevents.testkit.memory.Trial;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dead letters in many orders, with crashes, while their topic takes nothing for a time. */
@Timeout(300)
class DeadLetterExplorationTest {
  record Order(String id, boolean good) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);
  private static final SubscribeOptions BILLING =
      SubscribeOptions.group("billing").withConcurrency(2).withDrainTimeout(Duration.ofSeconds(5));
  private static final int EVENTS = 12;
  private static final int BAD = EVENTS / 4;

  /** Longer than a producer tries. */
  private static final Duration OUTAGE = Duration.ofMinutes(5);

  private static void outOfReach(Trial trial, DeadLetter letters) throws Exception {
    trial.kafka().createTopic("orders", 2);
    trial.kafka().createTopic("orders.dlq", 1);
    trial.kafka().makeUnavailable("orders.dlq", OUTAGE);
    History history = trial.history(BILLING);
    trial.start("billing", life -> start(life, letters, history, trial));
    Events events =
        trial
            .kafka()
            .events("shop")
            .serde(JsonSerde.factory())
            .probe(history.member("shop"))
            .build();
    for (int i = 0; i < EVENTS; i++) {
      events.publish(ORDERS, new Order("o-" + i % 4, i >= BAD)).join();
    }
    trial.kafka().advance(OUTAGE);
    trial.settle();
    history.readBroker(trial.kafka().admin());
    history.check();
    assertThat(history.judge().figures().deadLettered()).isGreaterThanOrEqualTo(BAD);
  }

  private static void start(Life life, DeadLetter letters, History history, Trial trial) {
    Member member = history.member(life.name());
    life.onCrash(member::crashed);
    Events events =
        life.events().serde(JsonSerde.factory()).onDelivery(letters).probe(member).build();
    subscribe(events, trial);
  }

  /** As often as it stops. */
  private static void subscribe(Events events, Trial trial) {
    events
        .subscribe(
            ORDERS,
            BILLING,
            order -> {
              if (!order.payload().good()) {
                throw new RejectedException("bad");
              }
            })
        .stopped()
        .whenComplete(
            (stopped, failure) -> {
              if (failure != null) {
                trial.kafka().schedule(Duration.ofMinutes(1), () -> subscribe(events, trial));
              }
            });
  }

  @Test
  void lettersThatCanNotBeStored_wait_andNoneIsLost() {
    Exploration.of(trial -> outOfReach(trial, DeadLetter.toTopicWithSuffix(".dlq"))).seeds(8);
  }

  @Test
  void lettersThatCanNotBeStored_stopTheSubscription_andNoneIsLost() {
    Exploration.of(
            trial -> outOfReach(trial, DeadLetter.toTopicWithSuffix(".dlq").stoppingIfNotStored()))
        .seeds(8);
  }
}
