package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Drain;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Message;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.testkit.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine against a real broker that nothing bad happens to. */
@Timeout(120)
class EngineIT {
  private final Cluster cluster = Cluster.shared();
  private final Steps steps = new Steps();

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void tenThousandEvents_eachHandledOnceInOrderOfItsKey_andAllCommitted(String protocol) {
    String name = cluster.newTopic(4);
    Topic<Step> topic = Step.topic(name);
    String group = "all-" + protocol;
    History history = History.of(SubscribeOptions.group(group));
    try (Events events =
        cluster
            .events(cluster.config().withConsumer("group.protocol", protocol), history)
            .build()) {
      List<CompletableFuture<?>> published = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        published.add(events.publish(topic, steps.next("key-" + i % 100)));
      }
      CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).join();
      Subscription subscription = events.subscribe(topic, group, step -> {});
      await().atMost(Duration.ofSeconds(60)).until(() -> history.settledCount() >= 10_000);
      assertThat(subscription.close(Duration.ofSeconds(10)).isComplete()).isTrue();
      assertThat(subscription.stopped()).isCompleted();
    }
    cluster.judgeUndisturbed(history);
    assertThat(cluster.committed(group)).isEqualTo(cluster.end(name, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"KEY", "PARTITION", "NONE"})
  void concurrency_isNeverExceeded_andReachedWhereTheOrderAllows(Ordering ordering) {
    Topic<Step> topic = Step.topic(cluster.newTopic(2));
    SubscribeOptions options =
        SubscribeOptions.group("many-" + ordering).withConcurrency(8).withOrdering(ordering);
    History history = History.of(options);
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    int expected = ordering == Ordering.PARTITION ? 2 : 8;
    CountDownLatch together = new CountDownLatch(expected);
    try (Events events = cluster.events(cluster.config(), history).build()) {
      for (int i = 0; i < 400; i++) {
        events.publish(topic, steps.next("key-" + i % 50));
      }
      events.subscribe(
          topic,
          options,
          step -> {
            most.accumulateAndGet(working.incrementAndGet(), Math::max);
            together.countDown();
            assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
            working.decrementAndGet();
          });
      await().atMost(Duration.ofSeconds(30)).until(() -> together.getCount() == 0);
      await().atMost(Duration.ofSeconds(30)).until(() -> history.settledCount() == 400);
    }
    cluster.judgeUndisturbed(history);
    assertThat(most).hasValue(expected);
  }

  @Test
  void handlerThatThrows_withNothingInstalled_stopsTheSubscriptionAtThatRecord() {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    SubscribeOptions options =
        SubscribeOptions.group("stops").withConcurrency(1).withOrdering(Ordering.PARTITION);
    try (Events events = cluster.events().build()) {
      for (int i = 0; i < 10; i++) {
        events.publish(topic, new Step("k", i)).join();
      }
      IllegalStateException boom = new IllegalStateException("boom");
      Subscription subscription =
          events.subscribe(
              topic,
              options,
              step -> {
                if (step.payload().number() == 4) {
                  throw boom;
                }
              });
      Position position = new Position(name, 0, 4);
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              SubscriptionException.class, e -> assertThat(e.position()).isEqualTo(position))
          .hasMessageContainingAll("stops", position.toString(), "IllegalStateException")
          .hasMessageNotContaining("boom")
          .hasCause(boom);
      assertThat(subscription.state()).isEqualTo(Subscription.State.FAILED);
      assertThat(cluster.committed("stops")).isEqualTo(Map.of(0, 4L));

      List<Integer> again = new CopyOnWriteArrayList<>();
      events.subscribe(topic, options, step -> again.add(step.payload().number()));
      await().until(() -> again.size() == 6);
      assertThat(again).containsExactly(4, 5, 6, 7, 8, 9);
    }
  }

  @Test
  void errorInAHandler_stopsTheSubscriptionToo() {
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    try (Events events = cluster.events().build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribe(
              topic,
              "errors",
              step -> {
                throw new StackOverflowError("deep");
              });
      await().until(() -> subscription.state() == Subscription.State.FAILED);
    }
  }

  @Test
  void close_duringWork_commitsWhatIsSettled_andLeavesNoThread() throws Exception {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    CountDownLatch working = new CountDownLatch(4);
    AtomicBoolean interrupted = new AtomicBoolean();
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    Drain drain;
    try (Events events = cluster.events().build()) {
      for (int i = 0; i < 100; i++) {
        events.publish(topic, new Step("key-" + i, i)).join();
      }
      Subscription subscription =
          events.subscribe(
              topic,
              SubscribeOptions.group("closes").withConcurrency(4).withOrdering(Ordering.NONE),
              step -> {
                workers.add(Thread.currentThread());
                if (step.payload().number() >= 10) {
                  working.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.set(true);
                    throw e;
                  }
                }
              });
      working.await();
      drain = subscription.close(Duration.ofMillis(200));
      assertThat(subscription.state()).isEqualTo(Subscription.State.CLOSED);
    }
    assertThat(interrupted).isTrue();
    assertThat(drain.abandoned()).isEqualTo(90);
    assertThat(cluster.committed("closes")).isEqualTo(Map.of(0, 10L));
    await().untilAsserted(() -> assertThat(workers).noneMatch(Thread::isAlive));
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(thread -> thread.contains("closes") || thread.contains(name)));

    List<Integer> again = new CopyOnWriteArrayList<>();
    try (Events events = cluster.events().build()) {
      events.subscribe(topic, "closes", step -> again.add(step.payload().number()));
      await().until(() -> again.size() >= 90);
    }
    assertThat(again).hasSize(90).allMatch(number -> number >= 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whatIsSettledBeyondAStuckRecord_isNotDeliveredAgain(String protocol) {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    String group = "ahead-" + protocol;
    AtomicInteger handled = new AtomicInteger();
    try (Events events =
        KafkaEvents.builder(cluster.config().withConsumer("group.protocol", protocol))
            .serde(Step.serde())
            .build()) {
      for (int i = 0; i < 500; i++) {
        events.publish(topic, new Step("key-" + i, i));
      }
      Subscription stuck =
          events.subscribe(
              topic,
              SubscribeOptions.group(group).withOrdering(Ordering.NONE),
              step -> {
                if (step.payload().number() == 7) {
                  new CountDownLatch(1).await();
                }
                handled.incrementAndGet();
              });
      await().untilAtomic(handled, is(499));
      assertThat(stuck.close(Duration.ZERO).abandoned()).isEqualTo(1);
      assertThat(cluster.committed(group)).isEqualTo(Map.of(0, 7L));

      List<Integer> again = new CopyOnWriteArrayList<>();
      Subscription next =
          events.subscribe(topic, group, step -> again.add(step.payload().number()));
      await()
          .untilAsserted(
              () -> assertThat(cluster.committed(group)).isEqualTo(cluster.end(name, 1)));
      next.close();
      assertThat(again).containsExactly(7);
    }
  }

  @Test
  void undecodableRecord_stopsTheSubscription_namingWhereItIs_andNotWhatIsInIt() {
    String name = cluster.newTopic(1);
    try (Events events = cluster.events().build()) {
      events.send(Message.of(name, "k".getBytes(UTF_8), "canary-payload".getBytes(UTF_8))).join();
      Subscription subscription = events.subscribe(Step.topic(name), "poison", step -> {});
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .cause()
          .hasMessageContaining(name + "-0@0")
          .hasMessageNotContaining("canary")
          .hasCauseInstanceOf(SerdeException.class);
    }
  }

  @Test
  void tombstone_goesToItsOwnMethod() {
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    AtomicReference<String> gone = new AtomicReference<>();
    try (Events events = cluster.events().build()) {
      events.publishTombstone(topic, "k-1").join();
      events.subscribe(
          topic,
          "tombstones",
          new EventHandler<>() {
            @Override
            public void handle(Delivery<Step> delivery) {
              throw new AssertionError("a tombstone is no event");
            }

            @Override
            public void handleTombstone(Delivery<Step> delivery) {
              gone.set(delivery.key());
            }
          });
      await().untilAtomic(gone, is("k-1"));
    }
  }

  @Test
  void tombstone_withoutAMethodForIt_stopsTheSubscription() {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    try (Events events = cluster.events().build()) {
      events.publishTombstone(topic, "k-1").join();
      Subscription subscription = events.subscribe(topic, "no-tombstones", step -> {});
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .cause()
          .hasMessageContainingAll(name + "-0@0", "tombstone", "handleTombstone");
    }
  }

  @Test
  void paused_nothingIsDelivered_untilItResumes() throws Exception {
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    AtomicInteger handled = new AtomicInteger();
    CountDownLatch paused = new CountDownLatch(1);
    CountDownLatch resumed = new CountDownLatch(1);
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void paused(String group, String topic, int partition, Set<PauseReason> reasons) {
            (reasons.contains(PauseReason.USER) ? paused : resumed).countDown();
          }
        };
    try (Events events = cluster.events().probe(probe).build()) {
      Subscription subscription =
          events.subscribe(topic, "pauses", step -> handled.incrementAndGet());
      assertThat(subscription.awaitAssigned(Duration.ofSeconds(30))).isTrue();
      subscription.pause();
      assertThat(subscription.state()).isEqualTo(Subscription.State.PAUSED);
      paused.await();
      events.publish(topic, new Step("k", 0)).join();
      // A second subscription sees it, so that it was there to be seen.
      CountDownLatch other = new CountDownLatch(1);
      events.subscribe(topic, "pauses-not", step -> other.countDown());
      other.await();
      assertThat(handled).hasValue(0);
      subscription.resume();
      resumed.await();
      await().untilAtomic(handled, is(1));
    }
  }

  @Test
  void backPressure_boundsWhatIsInFlight_andLosesNothing() {
    String name = cluster.newTopic(2);
    Topic<Step> topic = Step.topic(name);
    SubscribeOptions options =
        SubscribeOptions.group("pressed").withMaxInFlight(50).withConcurrency(4);
    History history = History.of(options);
    Set<PauseReason> reasons = ConcurrentHashMap.newKeySet();
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void paused(String group, String topic, int partition, Set<PauseReason> why) {
            reasons.addAll(why);
            if (!why.isEmpty()) {
              go.countDown();
            }
          }

          @Override
          public void settled(Delivery<?> delivery, Settlement settlement) {
            taken.incrementAndGet();
          }
        };
    try (Events events =
        cluster
            .events(cluster.config().withConsumer("max.poll.records", "20"), history)
            .probe(probe)
            .build()) {
      for (int i = 0; i < 1_000; i++) {
        events.publish(topic, steps.next("key-" + i % 10));
      }
      Subscription subscription = events.subscribe(topic, options, step -> go.await());
      await().atMost(Duration.ofSeconds(60)).until(() -> history.settledCount() == 1_000);
      subscription.close();
    }
    cluster.judgeUndisturbed(history);
    assertThat(reasons).containsExactly(PauseReason.BACK_PRESSURE);
    assertThat(cluster.committed("pressed")).isEqualTo(cluster.end(name, 2));
  }

  @Test
  void backPressure_byBytes_pausesLongBeforeTheCount() {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    SubscribeOptions options = SubscribeOptions.group("heavy").withMaxBytesInFlight(300_000);
    History history = History.of(options);
    CountDownLatch pressed = new CountDownLatch(1);
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void paused(String group, String topic, int partition, Set<PauseReason> why) {
            if (why.contains(PauseReason.BACK_PRESSURE)) {
              pressed.countDown();
            }
          }
        };
    try (Events events =
        cluster
            .events(cluster.config().withConsumer("max.poll.records", "10"), history)
            .probe(probe)
            .build()) {
      String padding = "x".repeat(10_000);
      for (int i = 0; i < 200; i++) {
        events.publish(topic, steps.next(padding + i % 10));
      }
      Subscription subscription = events.subscribe(topic, options, step -> pressed.await());
      await().atMost(Duration.ofSeconds(60)).until(() -> history.settledCount() == 200);
      subscription.close();
    }
    cluster.judgeUndisturbed(history);
    assertThat(cluster.committed("heavy")).isEqualTo(cluster.end(name, 1));
  }

  @Test
  void handlers_runOnVirtualThreads_whereThereAreAny() {
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    CompletableFuture<Boolean> virtual = new CompletableFuture<>();
    try (Events events = cluster.events().build()) {
      events.publish(topic, new Step("k", 0)).join();
      events.subscribe(
          topic, "virtual", step -> virtual.complete(isVirtual(Thread.currentThread())));
      assertThat(virtual.orTimeout(30, TimeUnit.SECONDS).join())
          .isEqualTo(Runtime.version().feature() >= 21);
    }
  }

  private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
    return Runtime.version().feature() >= 21
        && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
  }
}
