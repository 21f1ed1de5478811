package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.PartitionHealth;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionHealth;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a subscription tells of itself and lets itself be told, with both group protocols. */
@Timeout(120)
class HealthIT {
  private static final AtomicInteger GROUPS = new AtomicInteger();

  private final Cluster cluster = Cluster.shared();
  private final String name = cluster.newTopic(2);
  private final Topic<Step> topic = Step.topic(name);
  private final SubscribeOptions options =
      SubscribeOptions.group("health-" + GROUPS.incrementAndGet());

  private KafkaEvents.Builder events(String protocol) {
    return KafkaEvents.builder(cluster.config().withConsumer("group.protocol", protocol))
        .serde(Step.serde());
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30));
  }

  /** Ten keys, spread over both partitions. */
  private void publish(Events events, int count) {
    for (int i = 0; i < count; i++) {
      events.publish(topic, new Step("key-" + i % 10, i / 10)).join();
    }
  }

  private static PartitionHealth partition(Subscription subscription, int number) {
    return subscription.health().partitions().get(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void allHandled_noLag_andEveryOffsetAtTheEnd(String protocol) {
    try (Events events = events(protocol).build()) {
      publish(events, 100);
      Subscription subscription = events.subscribe(topic, options, step -> {});
      soon().until(() -> subscription.lag().equals(OptionalLong.of(0)));
      soon()
          .untilAsserted(
              () ->
                  cluster
                      .end(name, 2)
                      .forEach(
                          (number, end) -> {
                            PartitionHealth health = partition(subscription, number);
                            assertThat(health.position()).hasValue(end);
                            assertThat(health.settledTo()).hasValue(end);
                            assertThat(health.committed()).hasValue(end);
                            assertThat(health.inFlight()).isZero();
                            assertThat(health.paused()).isEmpty();
                          }));
      SubscriptionHealth health = subscription.health();
      assertThat(health.state()).isEqualTo(Subscription.State.RUNNING);
      assertThat(health.isStalled()).isFalse();
      assertThat(health.trouble()).isNull();
      assertThat(health.failure()).isNull();
      assertThat(health.settledLate()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void nothingEverPublished_lagIsZero_onceTheEndIsKnown(String protocol) {
    try (Events events = events(protocol).build()) {
      Subscription subscription = events.subscribe(topic, options, step -> {});
      soon().until(() -> subscription.lag().equals(OptionalLong.of(0)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void onePartitionPaused_theOtherGoesOn_andTheLagIsRight(String protocol) throws Exception {
    AtomicInteger[] handled = {new AtomicInteger(), new AtomicInteger()};
    try (Events events = events(protocol).build()) {
      Subscription subscription =
          events.subscribe(
              topic, options, step -> handled[step.position().partition()].incrementAndGet());
      assertThat(subscription.awaitAssigned(Duration.ofSeconds(30))).isTrue();
      subscription.pause(Set.of(1));
      soon().until(() -> partition(subscription, 1).paused().equals(Set.of(PauseReason.USER)));
      assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);
      publish(events, 100);
      long inOne = cluster.end(name, 2).get(1);
      assertThat(inOne).isPositive();
      soon().until(() -> handled[0].get() == 100 - inOne);
      soon().until(() -> subscription.lag().equals(OptionalLong.of(inOne)));
      assertThat(handled[1]).hasValue(0);
      publish(events, 50);
      long more = cluster.end(name, 2).get(1);
      soon().until(() -> subscription.lag().equals(OptionalLong.of(more)));
      subscription.resume(Set.of(1));
      soon().until(() -> subscription.lag().equals(OptionalLong.of(0)));
      assertThat(handled[1]).hasValue((int) more);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void paused_whatWasReadAlready_isNotStarted(String protocol) {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    try (Events events = events(protocol).build()) {
      publish(events, 100);
      Subscription subscription =
          events.subscribe(
              topic,
              options.withConcurrency(1),
              step -> {
                started.countDown();
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                handled.incrementAndGet();
              });
      soon().until(() -> started.getCount() == 0);
      subscription.pause();
      soon()
          .until(
              () ->
                  subscription.health().partitions().stream()
                      .allMatch(partition -> partition.paused().contains(PauseReason.USER)));
      goOn.countDown();
      soon().until(() -> handled.get() == 1);
      soon().until(() -> sum(subscription) == 99);
      assertThat(handled).as("what ran when it was paused, and no more").hasValue(1);
      subscription.resume();
      soon().until(() -> handled.get() == 100);
    }
  }

  private static int sum(Subscription subscription) {
    return subscription.health().partitions().stream().mapToInt(PartitionHealth::inFlight).sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void eventThatIsNotSettled_isAStall_untilItIs(String protocol) {
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> stalls = new CopyOnWriteArrayList<>();
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void stalled(
              String group, String topicName, int partition, long offset, Duration since) {
            stalls.add(topicName + "-" + partition + "@" + offset);
          }
        };
    try (Events events = events(protocol).probe(probe).build()) {
      publish(events, 40);
      int stuck = 15;
      Subscription subscription =
          events.subscribe(
              topic,
              options.withStallTimeout(Duration.ofMillis(200)),
              step -> {
                if (step.payload().equals(new Step("key-" + stuck % 10, stuck / 10))) {
                  assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                }
              });
      soon().until(() -> subscription.health().isStalled());
      List<PartitionHealth> stalled =
          subscription.health().partitions().stream().filter(PartitionHealth::isStalled).toList();
      assertThat(stalled).hasSize(1);
      assertThat(stalls)
          .containsExactly(
              name
                  + "-"
                  + stalled.get(0).partition()
                  + "@"
                  + stalled.get(0).settledTo().getAsLong());
      goOn.countDown();
      soon().until(() -> subscription.lag().equals(OptionalLong.of(0)));
      soon().until(() -> !subscription.health().isStalled());
      assertThat(stalls).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void handlerThatOutlivesItsPartition_isCountedAsLate_andDeliveredAgain(String protocol) {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger deliveries = new AtomicInteger();
    SubscribeOptions impatient = options.withDrainTimeout(Duration.ofMillis(50));
    try (Events first = events(protocol).build();
        Events second = events(protocol).build()) {
      publish(first, 20);
      Subscription slow =
          first.subscribe(
              topic,
              impatient,
              step -> {
                deliveries.incrementAndGet();
                assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
              });
      soon().until(() -> deliveries.get() == 10); // each key at its first step
      AtomicInteger elsewhere = new AtomicInteger();
      second.subscribe(topic, impatient, step -> elsewhere.incrementAndGet());
      soon().until(() -> elsewhere.get() > 0);
      assertThat(slow.health().settledLate()).isZero();
      goOn.countDown();
      soon().until(() -> slow.health().settledLate() > 0);
      soon().until(() -> slow.lag().equals(OptionalLong.of(0)));
      soon().until(() -> deliveries.get() + elsewhere.get() == 20 + slow.health().settledLate());
    }
  }
}
