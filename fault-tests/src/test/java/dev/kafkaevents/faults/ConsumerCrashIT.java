package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The application dies, again and again, somewhere between handling an event and committing it. */
@Timeout(180)
class ConsumerCrashIT {
  /** More with {@code -Dfaults.kills=50}. */
  private static final int KILLS = Integer.getInteger("faults.kills", 4);

  private static final int EVENTS_PER_LIFE = 2_000;

  private final History history = new History();

  @Test
  void consumerKilled_againAndAgain_losesNothing_keepsTheOrder_andRepeatsLittle() throws Exception {
    int mayRepeat = 0;
    try (KafkaBroker broker =
        KafkaBroker.builder().setting("group.min.session.timeout.ms", "500").start()) {
      Cluster cluster = new Cluster(broker);
      String name = cluster.newTopic(4);
      Topic<Step> topic = Step.topic(name);
      try (Events events = cluster.events().build()) {
        for (int life = 0; life <= KILLS; life++) {
          int before = history.distinctCount();
          for (int i = 0; i < EVENTS_PER_LIFE; i++) {
            events.publish(topic, history.next("key-" + i % 50));
          }
          events.flush(Duration.ofSeconds(30));
          int published = history.publishedCount();
          boolean last = life == KILLS;
          int enough = last ? published : before + EVENTS_PER_LIFE / 2;
          MortalConsumer consumer = MortalConsumer.start(cluster, name, history::handle);
          try {
            await().atMost(Duration.ofSeconds(60)).until(() -> history.distinctCount() >= enough);
            if (last) {
              await()
                  .atMost(Duration.ofSeconds(30))
                  .untilAsserted(
                      () ->
                          assertThat(cluster.committed("mortals")).isEqualTo(cluster.end(name, 4)));
            }
          } finally {
            consumer.kill();
          }
          // What it handled and did not commit is all that the next may repeat.
          long committed = cluster.committed("mortals").values().stream().mapToLong(o -> o).sum();
          mayRepeat += history.distinctCount() - (int) committed;
        }
      }
    }
    history.assertNothingLostNorReordered();
    int repeated = history.handledCount() - history.distinctCount();
    assertThat(repeated).isLessThanOrEqualTo(mayRepeat);
  }
}
