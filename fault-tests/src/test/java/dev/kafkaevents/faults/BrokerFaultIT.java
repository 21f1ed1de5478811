package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.KafkaCluster;
import dev.kafkaevents.testkit.history.History;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A broker dies, or stops answering, in the middle of things. */
@Timeout(300)
class BrokerFaultIT {
  private static final SubscribeOptions OPTIONS =
      SubscribeOptions.group("survivor").withConcurrency(8);
  private static final int PARTITIONS = 6;
  private static final Duration CALM = Duration.ofSeconds(2);

  /** A call that waited for the broker would take as long as that is away; a good one takes µs. */
  private static final Duration NOT_HELD = Duration.ofSeconds(2);

  private final History history = History.of(OPTIONS);

  /** What befalls a broker. */
  enum Fault {
    KILLED_AND_RESTARTED {
      @Override
      void happen(KafkaBroker broker, Load load) {
        broker.kill();
        broker.restart();
      }
    },
    FROZEN {
      @Override
      void happen(KafkaBroker broker, Load load) {
        broker.freeze();
        load.goOnFor(Scale.FREEZE);
        broker.thaw();
      }
    },
    DOWN {
      @Override
      void happen(KafkaBroker broker, Load load) {
        broker.kill();
        load.goOnFor(Scale.OUTAGE);
        broker.restart();
      }
    };

    abstract void happen(KafkaBroker broker, Load load);
  }

  static Stream<Arguments> faults() {
    return Arrays.stream(Fault.values())
        .flatMap(
            fault ->
                Stream.of(Protocol.COOPERATIVE, Protocol.CONSUMER)
                    .map(protocol -> Arguments.of(fault, protocol)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void oneBroker_whilePublishingAndConsuming_losesNothingAcknowledged(
      Fault fault, Protocol protocol) throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      survives(Cluster.of(broker), protocol, (topic, load) -> fault.happen(broker, load));
    }
  }

  @Test
  void leaderOfThree_killed_whilePublishingAndConsuming_losesNothingAcknowledged()
      throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(3)) {
      survives(
          Cluster.of(cluster),
          Protocol.COOPERATIVE,
          (topic, load) -> {
            KafkaBroker leader = cluster.leaderOf(topic, 0);
            leader.kill();
            int settled = history.settledCount();
            load.goOnFor(CALM);
            await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> history.settledCount() > settled + Scale.EVENTS_PER_SECOND);
            leader.restart();
          });
    }
  }

  private interface Trouble {
    void happen(String topic, Load load);
  }

  private void survives(Cluster cluster, Protocol protocol, Trouble trouble) throws Exception {
    String topic = cluster.newTopic(PARTITIONS);
    try (Events events = cluster.events(protocol.in(cluster.config()), history).build();
        Events others = cluster.events(protocol.in(cluster.config()), history).build()) {
      Subscription one = events.subscribe(Step.topic(topic), OPTIONS, step -> {});
      Subscription two = others.subscribe(Step.topic(topic), OPTIONS, step -> {});
      try (Load load = Load.start(events, topic)) {
        load.goOnFor(CALM);
        load.longestHold();
        history.faultBegins();
        trouble.happen(topic, load);
        history.faultEnds();
        Duration acknowledged = load.awaitAcknowledged();
        Duration held = load.longestHold();
        System.out.println(
            "callers held for " + held + " at most, all acknowledged " + acknowledged + " later");
        assertThat(held).isLessThan(NOT_HELD);
        load.goOnFor(CALM);
      }
      cluster.awaitDone(history, OPTIONS.group(), topic, PARTITIONS);
      assertThat(one.state()).isEqualTo(Subscription.State.RUNNING);
      assertThat(two.state()).isEqualTo(Subscription.State.RUNNING);
    }
    assertThat(cluster.end(topic, PARTITIONS).values().stream().mapToLong(Long::longValue).sum())
        .as("stored once each")
        .isEqualTo(history.publishedCount());
    cluster.judge(history);
  }
}
