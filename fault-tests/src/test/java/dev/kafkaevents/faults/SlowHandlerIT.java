package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that take longer than Kafka would let a poll loop take. */
@Timeout(120)
class SlowHandlerIT {
  private static final int PARTITIONS = 2;

  private final Cluster cluster = Cluster.shared();

  @ParameterizedTest
  @EnumSource(names = {"COOPERATIVE", "CONSUMER"})
  void handlersSlowerThanMaxPollInterval_loseNoPartition_andRepeatNothing(Protocol protocol)
      throws Exception {
    SubscribeOptions options =
        SubscribeOptions.group("slow-" + protocol)
            .withConcurrency(4)
            .withMaxInFlight(20)
            .withDrainTimeout(Duration.ofMillis(500));
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    CountDownLatch never = new CountDownLatch(1);
    Steps steps = new Steps();
    try (Events events =
        cluster
            .events(
                protocol
                    .in(cluster.config())
                    .withConsumer("max.poll.interval.ms", "1000")
                    .withConsumer("max.poll.records", "10"),
                history)
            .build()) {
      for (int i = 0; i < 200; i++) {
        events.publish(Step.topic(topic), steps.next("key-" + i % 40)).join();
      }
      events.subscribe(
          Step.topic(topic),
          options,
          step -> {
            // More of them than there are handlers at once, so that reading pauses as well.
            if (step.payload().number() == 0 && step.payload().key().endsWith("5")) {
              assertThat(never.await(2, TimeUnit.SECONDS)).isFalse();
            }
          });
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.lost()).isZero();
    assertThat(figures.assigned()).isEqualTo(PARTITIONS);
    assertThat(figures.repeated()).isZero();
  }
}
