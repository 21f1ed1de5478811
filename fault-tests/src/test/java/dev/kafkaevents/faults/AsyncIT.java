package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.testkit.history.History;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that return a stage: the same guarantees as those that block. */
@Timeout(60)
class AsyncIT {
  private final Cluster cluster = Cluster.shared();
  private final Steps steps = new Steps();

  @Test
  void stages_completeOutOfTurn_andTheOrderOfKeysIsKept_throughRetries() {
    String name = cluster.newTopic(2);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    Topic<Step> topic = Step.topic(name);
    SubscribeOptions options = SubscribeOptions.group("stages").withConcurrency(8);
    History history = History.of(options);
    AtomicInteger atWork = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService executor = Executors.newFixedThreadPool(16);
    try (Events events =
        cluster
            .events(cluster.config(), history)
            .install(Resilience.retryThenDeadLetter(5, Duration.ofMillis(1)))
            .build()) {
      for (int i = 0; i < 1_000; i++) {
        events.publish(topic, steps.next("key-" + i % 30));
      }
      events.subscribeAsync(
          topic,
          options,
          step -> {
            most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
            return CompletableFuture.runAsync(
                () -> {
                  atWork.decrementAndGet();
                  if (step.payload().number() % 5 == 0 && step.attempt() < 3) {
                    throw new IllegalStateException("not yet");
                  }
                },
                executor);
          });
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () -> assertThat(cluster.committed("stages")).isEqualTo(cluster.end(name, 2)));
    } finally {
      executor.shutdown();
    }
    cluster.judgeUndisturbed(history);
    assertThat(most.get()).isBetween(2, 8);
  }

  @Test
  void stageThatFails_stopsTheSubscription_withItsCause() {
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    try (Events events = cluster.events().build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribeAsync(
              topic,
              SubscribeOptions.group("stage-fails"),
              step -> CompletableFuture.failedFuture(new IOException("no")));
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .cause()
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void stageThatNeverCompletes_isCancelledByTheTimeout_andFails() {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    CompletableFuture<Void> never = new CompletableFuture<>();
    try (Events events = cluster.events().build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribeAsync(
              topic,
              SubscribeOptions.group("stage-hangs").withHandlerTimeout(Duration.ofMillis(50)),
              step -> never);
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .cause()
          .hasMessageContainingAll("stage-hangs", name + "-0@0", "PT0.05S");
    }
    assertThat(never).isCancelled();
  }

  @Test
  void stageOfEachBadKind_ends_andLeaksNoPermitOfABreaker() {
    String name = cluster.newTopic(1);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    Topic<Step> topic = Step.topic(name);
    CircuitBreaker circuit = probing("kinds");
    Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    try (Events events = events(circuit)) {
      for (String kind : List.of("throws", "never", "cancelled", "no stage", "good")) {
        events.publish(topic, new Step(kind, 0)).join();
      }
      events.subscribeAsync(
          topic,
          SubscribeOptions.group("kinds")
              .withOrdering(Ordering.PARTITION)
              .withHandlerTimeout(Duration.ofMillis(200)),
          step -> {
            String kind = step.payload().key();
            attempts.computeIfAbsent(kind, none -> new AtomicInteger()).incrementAndGet();
            switch (kind) {
              case "throws" -> {
                if (step.attempt() == 1) {
                  return CompletableFuture.failedFuture(new IllegalStateException("at first"));
                }
                throw new IllegalStateException("before there is a stage");
              }
              case "never" -> {
                return new CompletableFuture<>();
              }
              case "cancelled" -> {
                CompletableFuture<Void> cancelled = new CompletableFuture<>();
                cancelled.cancel(true);
                return cancelled;
              }
              case "no stage" -> {
                return null;
              }
              default -> {
                return CompletableFuture.completedFuture(null);
              }
            }
          });
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () -> assertThat(cluster.committed("kinds")).isEqualTo(cluster.end(name, 1)));
    }
    assertThat(cluster.end(name + ".dlq", 1)).containsEntry(0, 4L);
    assertThat(attempts.get("throws")).hasValue(3);
    assertThat(attempts.get("never")).hasValue(3);
    // The one probe was given back by each of them, and the good one closed it.
    assertThat(circuit.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void errorInAStage_stopsTheSubscription_andLeaksNoPermitOfABreaker() {
    String name = cluster.newTopic(1);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    Topic<Step> topic = Step.topic(name);
    CircuitBreaker circuit = probing("errors");
    try (Events events = events(circuit)) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribeAsync(
              topic,
              SubscribeOptions.group("errors"),
              step -> CompletableFuture.failedFuture(new StackOverflowError()));
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .hasRootCauseInstanceOf(StackOverflowError.class);
    }
    assertThat(circuit.tryAcquirePermission()).isTrue();
    assertThat(cluster.end(name + ".dlq", 1)).containsEntry(0, 0L);
  }

  private Events events(CircuitBreaker circuit) {
    return cluster
        .events()
        .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
        .onDelivery(Retry.upTo(3, Duration.ofMillis(1)))
        .onDelivery(Breaker.around(circuit, IOException.class::isInstance))
        .build();
  }

  /** Half-open, with one permit. */
  private static CircuitBreaker probing(String name) {
    CircuitBreaker circuit =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .permittedNumberOfCallsInHalfOpenState(1)
                .maxWaitDurationInHalfOpenState(Duration.ofMinutes(10))
                .build());
    circuit.transitionToOpenState();
    circuit.transitionToHalfOpenState();
    return circuit;
  }

  @Test
  void close_cancelsWhatDoesNotComplete_andCommitsNothingOfIt() {
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    CompletableFuture<Void> never = new CompletableFuture<>();
    AtomicInteger started = new AtomicInteger();
    try (Events events = cluster.events().build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribeAsync(
              topic,
              SubscribeOptions.group("stage-closed"),
              step -> {
                started.incrementAndGet();
                return never;
              });
      await().until(() -> started.get() == 1);
      assertThat(subscription.close(Duration.ofMillis(50)).abandoned()).isEqualTo(1);
      assertThat(subscription.stopped()).isCompleted();
    }
    assertThat(never).isCancelled();
    assertThat(cluster.committed("stage-closed")).isEqualTo(Map.of(0, 0L));
  }
}
