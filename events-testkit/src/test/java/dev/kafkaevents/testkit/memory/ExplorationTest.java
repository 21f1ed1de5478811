package dev.kafkaevents.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine, unmodified, in many orders, with crashes. */
@Timeout(300)
final class ExplorationTest {
  record Order(String id, int number) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);
  private static final SubscribeOptions BILLING =
      SubscribeOptions.group("billing").withConcurrency(3).withDrainTimeout(Duration.ofSeconds(5));

  /** One more try after a while, for whatever fails. */
  private static final DeliveryInterceptor AGAIN =
      (delivery, chain) -> {
        try {
          return chain.proceed(delivery);
        } catch (IllegalStateException notNow) {
          return chain.retry(delivery, Duration.ofSeconds(2));
        }
      };

  private static void billing(Trial trial) throws Exception {
    billing(trial, 12, 6);
  }

  private static void little(Trial trial) throws Exception {
    billing(trial, 5, 1);
  }

  /** Publishes some events as fast as it can, and others one after the other. */
  private static void billing(Trial trial, int quickly, int slowly) throws Exception {
    trial.kafka().createTopic("orders", 2);
    History history = trial.history(BILLING);
    Application member =
        life -> {
          Member told = history.member(life.name());
          life.onCrash(told::crashed);
          life.events()
              .serde(JsonSerde.factory())
              .onDelivery(AGAIN)
              .probe(told)
              .build()
              .subscribe(ORDERS, BILLING, ExplorationTest::bill);
        };
    trial.start("one", member);
    trial.start("two", member);
    Events events =
        trial
            .kafka()
            .events("shop")
            .serde(JsonSerde.factory())
            .probe(history.member("shop"))
            .build();
    for (int i = 0; i < quickly; i++) {
      events.publish(ORDERS, new Order("o-" + i % 4, i));
    }
    trial.settle();
    for (int i = quickly; i < quickly + slowly; i++) {
      events.publish(ORDERS, new Order("o-" + i % 4, i)).join();
    }
    trial.settle();
    history.readBroker(trial.kafka().admin());
    history.check();
    assertThat(history.publishedCount()).isEqualTo(quickly + slowly);
  }

  private static void bill(Delivery<Order> order) {
    if (order.payload().number() % 5 == 0 && order.attempt() == 1) {
      throw new IllegalStateException("not now");
    }
  }

  @Test
  void theEngine_keepsItsPromises_inEveryOrderThatIsTried() {
    Exploration.of(ExplorationTest::billing).seeds(40);
  }

  @Test
  void theEngine_survivesACrashAtEveryPoint() {
    int points = Exploration.of(ExplorationTest::little).crashEverywhere();
    assertThat(points).isGreaterThan(30);
  }

  @Test
  void aSeed_alwaysPlaysTheSame() {
    Exploration exploration = Exploration.of(ExplorationTest::little);
    List<Step> first = exploration.replay(7);
    for (int i = 0; i < 99; i++) {
      assertThat(exploration.replay(7)).isEqualTo(first);
    }
  }

  @Test
  void seeds_playDifferently() {
    Exploration exploration = Exploration.of(ExplorationTest::little);
    Set<List<Step>> runs = new HashSet<>();
    for (int seed = 1; seed <= 10; seed++) {
      runs.add(exploration.replay(seed));
    }
    assertThat(runs).hasSize(10);
  }

  @Test
  void aFailure_tellsItsSeed_andTheLastSteps() {
    Exploration exploration =
        Exploration.of(
            trial -> {
              trial.kafka().createTopic("orders", 1);
              List<Integer> handled = new ArrayList<>();
              trial.start(
                  "shop",
                  life -> {
                    Events events = life.events().serde(JsonSerde.factory()).build();
                    events.subscribe(ORDERS, BILLING, order -> handled.add(1));
                    events.publish(ORDERS, new Order("o", 1));
                  });
              trial.settle();
              assertThat(handled).hasSize(1); // A crash makes it two, or none.
            });
    assertThatThrownBy(() -> exploration.seeds(200))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failed with seed ")
        .hasMessageContaining("the last of ");
  }

  @Test
  void aFailure_tellsWhatWasViolatedByThen() {
    Exploration exploration =
        Exploration.of(
            trial -> {
              Member member = trial.history(BILLING).member("one");
              member.delivered(new Position("orders", 0, 0), "o", "e-0", 1);
              member.committed("orders", 0, 1);
              throw new IllegalStateException("as planned");
            });
    assertThatThrownBy(() -> exploration.seeds(1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("as planned", "COMMIT_BEHIND_SETTLED at orders-0@0");
  }
}
