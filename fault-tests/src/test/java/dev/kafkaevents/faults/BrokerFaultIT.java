package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The broker dies, or stops answering, in the middle of things. */
@Timeout(180)
class BrokerFaultIT {
  private static final int EVENTS = 10_000;

  private final History history = new History();

  @Test
  void brokerKilledAndRestarted_whilePublishingAndConsuming_losesNothingAcknowledged() {
    survives(KafkaBroker::kill, KafkaBroker::restart);
  }

  @Test
  void brokerFrozenAndThawed_whilePublishingAndConsuming_losesNothingAcknowledged() {
    survives(KafkaBroker::freeze, KafkaBroker::thaw);
  }

  private interface Fault {
    void happen(KafkaBroker broker);
  }

  private void survives(Fault fault, Fault recovery) {
    try (KafkaBroker broker = KafkaBroker.start()) {
      Cluster cluster = new Cluster(broker);
      String name = cluster.newTopic(4);
      Topic<Step> topic = Step.topic(name);
      try (Events events = KafkaEvents.builder(cluster.config()).serde(Step.serde()).build()) {
        Subscription subscription =
            events.subscribe(
                topic,
                SubscribeOptions.group("survivor").withConcurrency(8),
                step -> history.handle(step.payload()));
        AtomicLong acknowledged = new AtomicLong();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        CountDownLatch halfway = new CountDownLatch(EVENTS / 2);
        Thread trouble =
            new Thread(
                () -> {
                  awaitLatch(halfway);
                  fault.happen(broker);
                  recovery.happen(broker);
                });
        trouble.start();
        for (int i = 0; i < EVENTS; i++) {
          CompletableFuture<PublishResult> future =
              events.publish(topic, history.next("key-" + i % 100));
          future.whenComplete(
              (result, failure) -> {
                if (failure == null) {
                  acknowledged.incrementAndGet();
                } else {
                  failures.add(failure);
                }
                halfway.countDown();
              });
          if (i % 1_000 == 0) {
            // Slow enough for the trouble to come in the middle.
            future.handle((result, failure) -> result).join();
          }
        }
        events.flush(Duration.ofSeconds(90));
        assertThat(failures).isEmpty();
        assertThat(acknowledged).hasValue(EVENTS);
        await().atMost(Duration.ofSeconds(90)).until(() -> history.distinctCount() == EVENTS);
        assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () -> assertThat(cluster.committed("survivor")).isEqualTo(cluster.end(name, 4)));
      }
      assertThat(cluster.end(name, 4).values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(EVENTS);
      history.assertNothingLostNorReordered();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
