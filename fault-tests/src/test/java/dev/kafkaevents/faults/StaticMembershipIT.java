package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.testkit.history.History;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members with a {@code group.instance.id}. */
@Timeout(120)
class StaticMembershipIT {
  private static final int PARTITIONS = 6;

  private final Cluster cluster = Cluster.shared();

  /** Counts what befalls the partitions of one who stays. */
  private static final class Moves implements EventsProbe {
    private final AtomicInteger assigned = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();

    @Override
    public void assigned(String group, String topic, int partition) {
      assigned.incrementAndGet();
    }

    @Override
    public void revoked(String group, String topic, int partition) {
      taken.incrementAndGet();
    }

    @Override
    public void lost(String group, String topic, int partition) {
      taken.incrementAndGet();
    }

    int held() {
      return assigned.get() - taken.get();
    }
  }

  @ParameterizedTest
  @EnumSource
  void restartWithinTheSession_movesNoPartitionOfOthers(Protocol protocol) throws Exception {
    SubscribeOptions options = SubscribeOptions.group("static-" + protocol);
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    Moves ofOne = new Moves();
    Moves ofTwo = new Moves();
    try (Events one = cluster.events(instance(protocol, "one"), history).probe(ofOne).build()) {
      one.subscribe(Step.topic(topic), options, step -> {});
      Events two = cluster.events(instance(protocol, "two"), history).probe(ofTwo).build();
      two.subscribe(Step.topic(topic), options, step -> {});
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ofOne.held() == PARTITIONS / 2 && ofTwo.held() == PARTITIONS / 2);
      int taken = ofOne.taken.get();
      try (Load load = Load.start(one, topic)) {
        load.goOnFor(Duration.ofSeconds(1));
        two.close();
        load.goOnFor(Duration.ofSeconds(1));
        Moves again = new Moves();
        two = cluster.events(instance(protocol, "two"), history).probe(again).build();
        two.subscribe(Step.topic(topic), options, step -> {});
        await().atMost(Duration.ofSeconds(30)).until(() -> again.held() == PARTITIONS / 2);
      }
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
      assertThat(ofOne.taken).as("partitions taken from the one that stayed").hasValue(taken);
      assertThat(ofOne.held()).isEqualTo(PARTITIONS / 2);
      two.close();
    }
    assertThat(cluster.judge(history).repeated()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void twoOfTheSameInstance_oneStopsVisibly_andNothingIsLost(Protocol protocol) throws Exception {
    SubscribeOptions options = SubscribeOptions.group("twins-" + protocol);
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    try (Events first = cluster.events(instance(protocol, "twin"), history).build();
        Events second = cluster.events(instance(protocol, "twin"), history).build()) {
      Subscription one = first.subscribe(Step.topic(topic), options, step -> {});
      assertThat(one.awaitAssigned(Duration.ofSeconds(30))).isTrue();
      try (Load load = Load.start(first, topic)) {
        load.goOnFor(Duration.ofSeconds(1));
        Subscription two = second.subscribe(Step.topic(topic), options, step -> {});
        // Of the classic protocol the newcomer wins, of the other one who is there.
        Subscription loser = protocol == Protocol.CONSUMER ? two : one;
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> loser.state() == Subscription.State.FAILED);
        assertThat(loser.stopped())
            .failsWithin(Duration.ZERO)
            .withThrowableThat()
            .havingRootCause()
            .isInstanceOfAny(FencedInstanceIdException.class, UnreleasedInstanceIdException.class);
        Subscription winner = loser == one ? two : one;
        assertThat(winner.awaitAssigned(Duration.ofSeconds(30))).isTrue();
      }
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    cluster.judge(history);
  }

  private EventsConfig instance(Protocol protocol, String id) {
    return protocol.in(cluster.config()).withConsumer("group.instance.id", id);
  }
}
