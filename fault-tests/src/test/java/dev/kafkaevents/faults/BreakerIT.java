package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.testkit.history.History;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dependency of the handlers is down for a while, on a real broker. */
@Timeout(900)
class BreakerIT {
  private static final int PARTITIONS = 4;
  private static final int CONCURRENCY = 16;
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(300);

  private final Cluster cluster = Cluster.shared();
  private final Steps steps = new Steps();

  private volatile boolean down;
  private final AtomicInteger refused = new AtomicInteger();

  private static CircuitBreaker circuit(String name) {
    return CircuitBreaker.of(
        name,
        CircuitBreakerConfig.custom()
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .permittedNumberOfCallsInHalfOpenState(1)
            .waitDurationInOpenState(PROBE_INTERVAL)
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(30))
            .build());
  }

  private static History historyOf(String group) {
    return History.of(options(group));
  }

  private static SubscribeOptions options(String group) {
    return SubscribeOptions.group(group).withConcurrency(CONCURRENCY).withMaxInFlight(1_000);
  }

  private Events events(CircuitBreaker circuit, History history) {
    return cluster
        .events(cluster.config(), history)
        .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
        .onDelivery(Retry.upTo(2, Duration.ofMillis(1)))
        .onDelivery(Breaker.around(circuit, IOException.class::isInstance))
        .build();
  }

  private void handle(Delivery<Step> step) throws IOException {
    assertThat(step.attempt()).isEqualTo(1);
    if (down) {
      refused.incrementAndGet();
      throw new IOException("the dependency is down");
    }
  }

  private Subscription subscribe(Events events, Topic<Step> topic, String group) {
    return events.subscribe(topic, options(group), this::handle);
  }

  private void publish(Events events, Topic<Step> topic, int count) {
    for (int i = 0; i < count; i++) {
      events.publish(topic, steps.next("key-" + i % 200));
    }
    events.flush(Duration.ofSeconds(30));
  }

  @Test
  void dependencyThatIsDown_pausesPartitions_losesNoOrder_andMakesNoDeadLetter() {
    History history = historyOf("patient");
    String name = newTopicWithDeadLetters();
    Topic<Step> topic = Step.topic(name);
    CircuitBreaker circuit = circuit("down");
    try (Events events = events(circuit, history)) {
      Subscription subscription = subscribe(events, topic, "patient");
      publish(events, topic, 1_000);
      await().until(() -> history.settledCount() > 100);
      down = true;
      publish(events, topic, 4_000);

      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(subscription.health().partitions())
                      .hasSize(PARTITIONS)
                      .allSatisfy(
                          each -> assertThat(each.paused()).contains(PauseReason.DEPENDENCY)));
      int probesBefore = refused.get();
      long began = System.nanoTime();
      int probes = (int) Scale.DEPENDENCY_DOWN.dividedBy(PROBE_INTERVAL);
      await()
          .atMost(Scale.DEPENDENCY_DOWN.plusSeconds(30).multipliedBy(2))
          .until(() -> refused.get() >= probesBefore + probes);
      Duration took = Duration.ofNanos(System.nanoTime() - began);

      // One probe at a time, and not before it is due: six take five intervals at least.
      assertThat(took).isGreaterThan(PROBE_INTERVAL.multipliedBy(probes - 1L));
      // Lanes that wait do so without threads, but for those that were at work just then. (Threads
      // without work end after some seconds.)
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(threads("patient")).isLessThan(40));
      assertThat(subscription.health().partitions()).noneMatch(each -> each.isStalled());

      down = false;
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(circuit.getState()).isEqualTo(State.CLOSED));
      awaitAllCommitted("patient", name);
      assertThat(subscription.health().partitions())
          .allSatisfy(each -> assertThat(each.paused()).isEmpty());
    }
    cluster.judgeUndisturbed(history);
    assertThat(cluster.end(name + ".dlq", 1)).isEqualTo(Map.of(0, 0L));
  }

  @Test
  void rebalances_whileItIsOpen_keepOrder_andLoseNothing() {
    History history = historyOf("moving");
    String name = newTopicWithDeadLetters();
    Topic<Step> topic = Step.topic(name);
    try (Events first = events(circuit("first"), history)) {
      Subscription stays = subscribe(first, topic, "moving");
      publish(first, topic, 1_000);
      await().until(() -> history.settledCount() > 100);
      down = true;
      publish(first, topic, 1_000);
      awaitPaused(stays);
      try (Events second = events(circuit("second"), history)) {
        Subscription comes = subscribe(second, topic, "moving");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> comes.health().partitions().size() == PARTITIONS / 2);
        awaitPaused(comes);
        awaitPaused(stays);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> stays.health().partitions().size() == PARTITIONS);
      awaitPaused(stays);
      down = false;
      awaitAllCommitted("moving", name);
    }
    cluster.judge(history);
    assertThat(cluster.end(name + ".dlq", 1)).isEqualTo(Map.of(0, 0L));
  }

  @Test
  void close_whileItIsOpen_doesNotWaitForTheDependency() {
    History history = historyOf("leaving");
    String name = newTopicWithDeadLetters();
    Topic<Step> topic = Step.topic(name);
    down = true;
    try (Events events = events(circuit("closing"), history)) {
      publish(events, topic, 400);
      Subscription subscription = subscribe(events, topic, "leaving");
      awaitPaused(subscription);
      long began = System.nanoTime();
      assertThat(subscription.close(Duration.ofSeconds(60)).abandoned()).isPositive();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
      assertThat(subscription.stopped()).isCompleted();

      down = false;
      subscribe(events, topic, "leaving");
      awaitAllCommitted("leaving", name);
    }
    cluster.judge(history);
  }

  private static void awaitPaused(Subscription subscription) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              List<PartitionHealth> partitions = subscription.health().partitions();
              // One that is not read for want of room has no next event that needs anything.
              return partitions.stream().noneMatch(each -> each.paused().isEmpty())
                  && partitions.stream()
                      .anyMatch(each -> each.paused().contains(PauseReason.DEPENDENCY));
            });
  }

  private void awaitAllCommitted(String group, String topic) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(cluster.committed(group)).isEqualTo(cluster.end(topic, PARTITIONS)));
  }

  private static long threads(String group) {
    Set<Thread> all = Thread.getAllStackTraces().keySet();
    return all.stream()
        .filter(thread -> thread.getName().startsWith("kafka-events-" + group + "-"))
        .count();
  }

  private String newTopicWithDeadLetters() {
    String name = cluster.newTopic(PARTITIONS);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    return name;
  }
}
