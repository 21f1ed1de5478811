package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.faults.Service.Mode;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The application dies, again and again, somewhere between handling an event and committing it. */
@Timeout(1800)
class ConsumerCrashIT {
  private static final int EVENTS_PER_LIFE = 2_000;

  /** Of 32 handlers at once: a life's events take 2 s, and there is a commit each second. */
  private static final Duration WORK = Duration.ofMillis(32);

  private static final String GROUP = "mortals";
  private static final int PARTITIONS = 4;

  private final History history = History.of(SubscribeOptions.group(GROUP));
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Steps steps = new Steps();

  /** Each protocol, with and without what answers failures; in the short form each once. */
  static Stream<Arguments> lives() {
    return Stream.of(
            Arguments.of(Protocol.COOPERATIVE, Mode.PLAIN),
            Arguments.of(Protocol.CONSUMER, Mode.RESILIENT),
            Arguments.of(Protocol.CONSUMER, Mode.PLAIN),
            Arguments.of(Protocol.COOPERATIVE, Mode.RESILIENT))
        .limit(Scale.CRASHES);
  }

  @ParameterizedTest
  @MethodSource("lives")
  void consumerKilled_againAndAgain_losesNothing_keepsTheOrder_andRepeatsOnlyWhatWasNotCommitted(
      Protocol protocol, Mode mode) throws Exception {
    Map<String, String> settings = new HashMap<>(protocol.settings());
    settings.putAll(protocol.sessionTimeout("1000"));
    try (KafkaBroker broker =
        KafkaBroker.builder()
            .setting("group.min.session.timeout.ms", "500")
            .setting("group.consumer.min.session.timeout.ms", "500")
            .setting("group.consumer.session.timeout.ms", "1000")
            .start()) {
      Cluster cluster = Cluster.of(broker);
      String name = cluster.newTopic(PARTITIONS);
      cluster.createTopic(name + ".dlq", 1, Map.of());
      try (Events events = cluster.events(cluster.config(), history).build()) {
        for (int life = 0; life <= Scale.KILLS; life++) {
          int before = history.settledCount();
          publishSome(events, name);
          Service service = Service.start(cluster, name, GROUP, mode, history);
          try {
            service.join("life-" + life, WORK, settings);
            int enough =
                Math.min(
                    history.publishedCount(),
                    before + 100 + random.nextInt(2 * EVENTS_PER_LIFE - 100));
            await().atMost(Duration.ofMinutes(1)).until(() -> history.settledCount() >= enough);
            if (life == Scale.KILLS) {
              cluster.awaitDone(history, GROUP, name, PARTITIONS);
            }
          } finally {
            service.kill();
          }
          assertThat(service.failures()).isEmpty();
          // What is committed may not come again, even if the dead could not say that it is.
          cluster.tell(history);
        }
      }
      System.out.println("seed of the moments of death: " + seed);
      Verdict.Figures figures = cluster.judge(history);
      assertThat(figures.settled()).isEqualTo((Scale.KILLS + 1) * EVENTS_PER_LIFE);
      assertThat(figures.crashed()).isEqualTo(Scale.KILLS + 1);
      assertThat(figures.deadLettered() > 0).isEqualTo(mode == Mode.RESILIENT);
    }
  }

  private void publishSome(Events events, String name) {
    Topic<Step> topic = Step.topic(name);
    for (int i = 0; i < EVENTS_PER_LIFE; i++) {
      events.publish(topic, steps.next("key-" + i % 50));
    }
    events.flush(Duration.ofSeconds(30));
  }
}
