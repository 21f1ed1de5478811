package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Drain;
import dev.kafkaevents.Events;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.testkit.history.History;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that outlives its member's time with the partition, and ends when it is back. */
@Timeout(120)
class LateSettlementIT {
  private static final int PARTITIONS = 2;

  private final Cluster cluster = Cluster.shared();

  /** How many times the first record of each partition was delivered. */
  private final AtomicIntegerArray deliveries = new AtomicIntegerArray(PARTITIONS);

  private final Map<String, CountDownLatch> latches = new ConcurrentHashMap<>();
  private final AtomicIntegerArray assignments = new AtomicIntegerArray(PARTITIONS);
  private final AtomicIntegerArray commits = new AtomicIntegerArray(PARTITIONS);

  @ParameterizedTest
  @EnumSource(names = {"COOPERATIVE", "CONSUMER"})
  void settlementFromBeforeTheRevoke_movesNothingOfTheNewAssignment(Protocol protocol) {
    settlesLate(protocol, "revoked-" + protocol, this::anotherComesAndGoes);
  }

  @ParameterizedTest
  @EnumSource(names = {"COOPERATIVE", "CONSUMER"})
  void settlementFromBeforeTheLoss_movesNothingOfTheNewAssignment(Protocol protocol) {
    settlesLate(
        protocol,
        "lost-" + protocol,
        (topic, options, guest) -> {
          cluster.evictAll(options.group());
          return 0;
        });
  }

  /** How a partition is taken from a member whose handler runs, to come back. Says which. */
  private interface Taking {
    int take(Topic<Step> topic, SubscribeOptions options, Supplier<Events> guest);
  }

  private int anotherComesAndGoes(
      Topic<Step> topic, SubscribeOptions options, Supplier<Events> guest) {
    try (Events others = guest.get()) {
      Subscription other = others.subscribe(topic, options, step -> handle(step.position()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> deliveries.get(0) == 2 || deliveries.get(1) == 2);
      other.close(Duration.ZERO);
      return deliveries.get(0) == 2 ? 0 : 1;
    }
  }

  private void settlesLate(Protocol protocol, String group, Taking taking) {
    SubscribeOptions options =
        SubscribeOptions.group(group).withDrainTimeout(Duration.ofMillis(200));
    History history = History.of(options);
    String name = cluster.newTopic(PARTITIONS);
    Topic<Step> topic = Step.topic(name);
    Steps steps = new Steps();
    EventsProbe counting =
        new EventsProbe() {
          @Override
          public void assigned(String group, String topic, int partition) {
            assignments.incrementAndGet(partition);
          }

          @Override
          public void committed(String group, String topic, int partition, long offset) {
            commits.incrementAndGet(partition);
          }
        };
    try (Events events =
        cluster.events(protocol.in(cluster.config()), history).probe(counting).build()) {
      publish(events, topic, steps);
      publish(events, topic, steps); // the first of each partition has one waiting behind it
      Subscription subscription = events.subscribe(topic, options, step -> handle(step.position()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> deliveries.get(0) == 1 && deliveries.get(1) == 1);

      int moved =
          taking.take(
              topic, options, () -> cluster.events(protocol.in(cluster.config()), history).build());
      await().atMost(Duration.ofSeconds(30)).until(() -> assignments.get(moved) == 2);

      // Only when the first ends may the next begin: a key is in one pair of hands.
      int delivered = deliveries.get(moved);
      latch(moved, 1).countDown();
      await().atMost(Duration.ofSeconds(30)).until(() -> deliveries.get(moved) == delivered + 1);
      assertThat(history.isSettled(new Position(name, moved, 0))).isTrue();
      int before = commits.get(moved);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                publish(events, topic, steps); // One commit may tell all of it.
                return commits.get(moved) > before + 1;
              });
      assertThat(cluster.committed(options.group())).containsEntry(moved, 0L);
      history.judgeSoFar().check();

      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int delivery : List.of(1, 2, 3)) {
          latch(partition, delivery).countDown();
        }
      }
      cluster.awaitDone(history, options.group(), name, PARTITIONS);
      assertThat(subscription.close(Duration.ofSeconds(10))).isEqualTo(new Drain(0, 0));
    }
    cluster.judge(history);
  }

  private void handle(Position at) throws InterruptedException {
    if (at.offset() == 0) {
      latch(at.partition(), deliveries.incrementAndGet(at.partition())).await();
    }
  }

  private CountDownLatch latch(int partition, int delivery) {
    return latches.computeIfAbsent(partition + "/" + delivery, unknown -> new CountDownLatch(1));
  }

  private static void publish(Events events, Topic<Step> topic, Steps steps) {
    for (int i = 1; i <= 100; i++) {
      // Keys that differ in more than their last letter, so that they meet in few lanes.
      events.publish(topic, steps.next(Integer.toHexString(i * 0x9E3779B9))).join();
    }
  }
}
