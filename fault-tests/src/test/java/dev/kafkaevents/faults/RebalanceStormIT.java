package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members come and go, in two processes, faster than the group comes to rest. */
@Timeout(300)
class RebalanceStormIT {
  private static final int PARTITIONS = 24;

  /** So that some twenty handlers are at work at any moment, whatever is taken away. */
  private static final Duration WORK = Duration.ofMillis(20);

  /** How many guests there are at once. */
  private static final int GUESTS = 3;

  private final Cluster cluster = Cluster.shared();

  @ParameterizedTest
  @EnumSource
  void membersThatComeAndGo_loseNothing_keepTheOrder_andRepeatNothing(Protocol protocol)
      throws Exception {
    String group = "storm-" + protocol;
    History history = History.of(SubscribeOptions.group(group));
    String topic = cluster.newTopic(PARTITIONS);
    try (Events events = cluster.events(cluster.config(), history).build();
        Service one = Service.start(cluster, topic, group, history);
        Service two = Service.start(cluster, topic, group, history)) {
      one.join("steady", WORK, protocol.settings());
      try (Load load = Load.start(events, topic)) {
        for (int guest = 0; guest < Scale.JOINS + GUESTS; guest++) {
          if (guest < Scale.JOINS) {
            host(one, two, guest).join("guest-" + guest, WORK, protocol.settings());
          }
          if (guest == Scale.JOINS) {
            awaitMoves(history);
          }
          if (guest >= GUESTS) {
            host(one, two, guest - GUESTS).leave("guest-" + (guest - GUESTS));
          }
          load.goOnFor(Scale.STORM.dividedBy(Scale.JOINS + GUESTS));
        }
      }
      cluster.awaitDone(history, group, topic, PARTITIONS);
      assertThat(one.failures()).isEmpty();
      assertThat(two.failures()).isEmpty();
    }
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.lost()).isZero();
    assertThat(figures.repeated()).isZero();
  }

  /** Without which nothing was proven. A starved machine may take a while over a rebalance. */
  private static void awaitMoves(History history) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> history.judgeSoFar().figures().assigned() > 2 * PARTITIONS);
  }

  private static Service host(Service one, Service two, int guest) {
    return guest % 2 == 0 ? two : one;
  }
}
