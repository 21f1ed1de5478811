package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that can't be read, among good ones. */
@Timeout(120)
class PoisonIT {
  private static final int PARTITIONS = 3;
  private static final int RECORDS = 2_000;
  private static final int EVERY = 50;

  private final Cluster cluster = Cluster.shared();
  private final Steps steps = new Steps();

  @Test
  void withDeadLetters_allElseIsHandled_inOrder() {
    SubscribeOptions options = SubscribeOptions.group("poison-kept").withConcurrency(8);
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    cluster.createTopic(topic + ".dlq", 1, Map.of());
    try (Events events =
        builder(history).install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(5))).build()) {
      publish(events, history, topic);
      events.subscribe(Step.topic(topic), options, step -> {});
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.deadLettered()).isEqualTo(RECORDS / EVERY);
    assertThat(figures.settled()).isEqualTo(RECORDS);
    assertThat(cluster.end(topic + ".dlq", 1)).isEqualTo(Map.of(0, (long) RECORDS / EVERY));
  }

  @Test
  void without_itStopsThere_andGoesOnFromThereWithThem() {
    SubscribeOptions options = SubscribeOptions.group("poison-stops").withConcurrency(8);
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    cluster.createTopic(topic + ".dlq", 1, Map.of());
    try (Events events = builder(history).build()) {
      publish(events, history, topic);
      Subscription subscription = events.subscribe(Step.topic(topic), options, step -> {});
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> subscription.state() == Subscription.State.FAILED);
    }
    cluster.tell(history);
    history.judgeSoFar().check();
    try (Events events =
        builder(history).install(Resilience.retryThenDeadLetter(1, Duration.ofMillis(5))).build()) {
      events.subscribe(Step.topic(topic), options, step -> {});
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.deadLettered()).isEqualTo(RECORDS / EVERY);
    assertThat(figures.repeated()).isZero();
  }

  private KafkaEvents.Builder builder(History history) {
    return cluster.events(cluster.config(), history);
  }

  private void publish(Events events, History history, String topic) {
    for (int i = 0; i < RECORDS; i++) {
      String key = "key-" + i % 30;
      if (i % EVERY == EVERY / 2) {
        Position at =
            events
                .send(Message.of(topic, key.getBytes(UTF_8), "undecodable".getBytes(UTF_8)))
                .join();
        history.published("poison-" + i, at);
      } else {
        events.publish(Step.topic(topic), steps.next(key));
      }
    }
    events.flush(Duration.ofSeconds(30));
  }
}
