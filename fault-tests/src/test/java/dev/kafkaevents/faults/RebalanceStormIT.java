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

  /**
   * How many assignments prove something. On a starved machine all guests of the storm may come and
   * go within one rebalance; then more come, one by one.
   */
  private static final int MOVES = 2 * PARTITIONS;

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
          if (guest >= GUESTS) {
            host(one, two, guest - GUESTS).leave("guest-" + (guest - GUESTS));
          }
          load.goOnFor(Scale.STORM.dividedBy(Scale.JOINS + GUESTS));
        }
        for (int guest = Scale.JOINS; assigned(history) <= MOVES; guest++) {
          long before = assigned(history);
          host(one, two, guest).join("guest-" + guest, WORK, protocol.settings());
          await().atMost(Duration.ofMinutes(1)).until(() -> assigned(history) > before);
          host(one, two, guest).leave("guest-" + guest);
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

  private static long assigned(History history) {
    return history.judgeSoFar().figures().assigned();
  }

  private static Service host(Service one, Service two, int guest) {
    return guest % 2 == 0 ? two : one;
  }
}
