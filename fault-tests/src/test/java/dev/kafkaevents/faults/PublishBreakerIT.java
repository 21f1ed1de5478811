package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.PublishBreaker;
import dev.kafkaevents.testkit.KafkaBroker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A publisher whose broker is killed, or hangs, and comes back. */
@Timeout(180)
class PublishBreakerIT {
  private final Steps steps = new Steps();
  private final List<CompletableFuture<PublishResult>> published = new ArrayList<>();

  @Test
  void brokerThatIsKilled_opensIt_longBeforeAnythingFails_andItClosesWhenThatIsBack() {
    run(KafkaBroker::kill, KafkaBroker::restart, Duration.ofSeconds(10));
  }

  @Test
  void brokerThatHangs_opensIt_longBeforeAnythingFails_andItClosesWhenThatGoesOn() {
    run(KafkaBroker::freeze, KafkaBroker::thaw, Duration.ofSeconds(30));
  }

  private interface Fault {
    void happen(KafkaBroker broker);
  }

  private void run(Fault fault, Fault end, Duration opensWithin) {
    PublishBreaker breaker = PublishBreaker.named("steps");
    try (KafkaBroker broker = KafkaBroker.start()) {
      Cluster cluster = Cluster.of(broker);
      Topic<Step> topic = Step.topic(cluster.newTopic(2));
      try (Events events =
          KafkaEvents.builder(cluster.config()).serde(Step.serde()).onPublish(breaker).build()) {
        events.publish(topic, steps.next("k")).join();
        fault.happen(broker);
        await()
            .atMost(opensWithin)
            .until(
                () -> {
                  published.add(events.publish(topic, steps.next("k")));
                  return breaker.circuit().getState() == State.OPEN;
                });
        assertThat(published.get(published.size() - 1))
            .failsWithin(Duration.ZERO)
            .withThrowableThat()
            .havingCause()
            .isInstanceOfSatisfying(
                PublishException.class,
                e -> assertThat(e.failureClass()).isEqualTo(FailureClass.BACK_PRESSURE));
        published.remove(published.size() - 1);
        assertThat(published).as("not failed by the breaker").noneMatch(CompletableFuture::isDone);

        end.happen(broker);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> {
                  CompletableFuture<PublishResult> next = events.publish(topic, steps.next("k"));
                  if (!next.isCompletedExceptionally()) {
                    published.add(next);
                  }
                  return breaker.circuit().getState() == State.CLOSED;
                });
        events.flush(Duration.ofSeconds(60));
        assertThat(published).allSatisfy(stored -> assertThat(stored).isCompleted());
        long stored =
            cluster.end(topic.name(), 2).values().stream().mapToLong(Long::longValue).sum();
        assertThat(stored).as("once each").isEqualTo(published.size() + 1L);
      }
    }
  }
}
