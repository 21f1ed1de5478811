package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.kafkaevents.Events;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.testkit.history.History;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries and dead letters on a real broker, as the plugin installs them. */
@Timeout(120)
class ResilienceIT {
  private final Cluster cluster = Cluster.shared();
  private final Steps steps = new Steps();

  private Events events(int attempts) {
    return cluster
        .events()
        .install(Resilience.retryThenDeadLetter(attempts, Duration.ofMillis(5)))
        .build();
  }

  @Test
  void failuresThatPass_areRetriedInOrderOfTheirKey_andNoneIsDeadLettered() {
    String name = newTopicWithDeadLetters();
    Topic<Step> topic = Step.topic(name);
    Map<Step, AtomicInteger> attempts = new ConcurrentHashMap<>();
    History history = History.of(SubscribeOptions.group("passing"));
    try (Events events =
        cluster
            .events(cluster.config(), history)
            .install(Resilience.retryThenDeadLetter(5, Duration.ofMillis(5)))
            .build()) {
      for (int i = 0; i < 2_000; i++) {
        events.publish(topic, steps.next("key-" + i % 40));
      }
      events.subscribe(
          topic,
          "passing",
          step -> {
            int attempt =
                attempts
                    .computeIfAbsent(step.payload(), s -> new AtomicInteger())
                    .incrementAndGet();
            assertThat(step.attempt()).isEqualTo(attempt);
            if (step.payload().number() % 7 == 0 && attempt < 4) {
              throw new IOException("not yet");
            }
          });
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(cluster.committed("passing")).isEqualTo(cluster.end(name, 2)));
    }
    cluster.judgeUndisturbed(history);
    assertThat(cluster.end(name + ".dlq", 1)).isEqualTo(Map.of(0, 0L));
  }

  @Test
  void whatFailsForGood_isADeadLetterByteForByte_andTheRestGoesOn() {
    String name = newTopicWithDeadLetters();
    Topic<Step> topic = Step.topic(name);
    byte[] undecodable = {0, 1, (byte) 0xFF, 2};
    try (Events events = events(3)) {
      events
          .publish(topic, events.event(topic, new Step("a", 0)).withHeader("tenant", "acme"))
          .join();
      events
          .send(
              Message.of(name, "b".getBytes(UTF_8), undecodable)
                  .withHeaders(Headers.of("origin", "elsewhere").add("absent", null)))
          .join();
      events.publish(topic, new Step("c", 0)).join();
      events.publish(topic, new Step("d", 0)).join();
      List<String> handled = new CopyOnWriteArrayList<>();
      events.subscribe(
          topic,
          "final",
          step -> {
            switch (step.payload().key()) {
              case "a" -> throw new IOException("never");
              case "c" -> throw new RejectedException("not for us");
              default -> handled.add(step.payload().key());
            }
          });
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(cluster.committed("final")).isEqualTo(cluster.end(name, 2)));
      assertThat(handled).containsExactly("d");
    }
    Map<String, ConsumerRecord<byte[], byte[]>> letters = new ConcurrentHashMap<>();
    cluster
        .read(name + ".dlq", 1)
        .forEach(letter -> letters.put(new String(letter.key(), UTF_8), letter));
    assertThat(letters).containsOnlyKeys("a", "b", "c");

    assertThat(letters.get("a").value()).asString(UTF_8).isEqualTo("a:0");
    assertThat(header(letters.get("a"), "tenant")).isEqualTo("acme");
    assertThat(header(letters.get("a"), "ce_type")).isEqualTo("Step");
    assertThat(header(letters.get("a"), "events-dlq-attempts")).isEqualTo("3");
    assertThat(header(letters.get("a"), "events-dlq-exception")).isEqualTo("java.io.IOException");
    assertThat(header(letters.get("a"), "events-dlq-topic")).isEqualTo(name);
    assertThat(header(letters.get("a"), "events-dlq-group")).isEqualTo("final");
    assertThat(Instant.parse(header(letters.get("a"), "events-dlq-timestamp")).toEpochMilli())
        .isEqualTo(letters.get("a").timestamp());

    assertThat(letters.get("b").value()).isEqualTo(undecodable);
    assertThat(header(letters.get("b"), "origin")).isEqualTo("elsewhere");
    assertThat(letters.get("b").headers().lastHeader("absent").value()).isNull();
    assertThat(header(letters.get("b"), "events-dlq-attempts")).isEqualTo("1");
    assertThat(header(letters.get("c"), "events-dlq-attempts")).isEqualTo("1");
  }

  @Test
  void aRetryThatWaits_holdsOnlyItsKey() throws Exception {
    Topic<Step> topic = Step.topic(newTopicWithDeadLetters());
    CountDownLatch others = new CountDownLatch(50);
    AtomicInteger attempts = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    try (Events events =
        cluster
            .events()
            .install(Resilience.retryThenDeadLetter(2, Duration.ofSeconds(1)))
            .build()) {
      events.publish(topic, new Step("stuck", 0)).join();
      for (int i = 0; i < 50; i++) {
        events.publish(topic, new Step("free-" + i, 0)).join();
      }
      events.subscribe(
          topic,
          SubscribeOptions.group("one-slot").withConcurrency(1),
          step -> {
            if (!step.payload().key().equals("stuck")) {
              others.countDown();
            } else if (attempts.incrementAndGet() == 1) {
              throw new IOException("later");
            } else {
              // All the others had the one slot while this one waited.
              assertThat(others.await(0, TimeUnit.SECONDS)).isTrue();
              done.countDown();
            }
          });
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void deadLetterThatCantBeStored_stopsTheSubscription_andSkipsNothing() {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    try (Events events =
        KafkaEvents.builder(cluster.config().withProducer("max.block.ms", "500"))
            .serde(Step.serde())
            .onDelivery(DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart())
            .build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribe(
              topic,
              "no-dlq",
              step -> {
                throw new IOException("never");
              });
      assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
          .cause()
          .hasMessageContainingAll(name + "-0@0", name + ".dlq", "could not be stored");
    }
    assertThat(cluster.committed("no-dlq")).isEqualTo(Map.of(0, 0L));
  }

  @Test
  void close_whileARetryWaits_doesNotWaitForIt() {
    Topic<Step> topic = Step.topic(newTopicWithDeadLetters());
    AtomicInteger attempts = new AtomicInteger();
    try (Events events =
        cluster
            .events()
            .install(Resilience.retryThenDeadLetter(2, Duration.ofSeconds(30)))
            .build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribe(
              topic,
              "impatient",
              step -> {
                attempts.incrementAndGet();
                throw new IOException("later");
              });
      await().untilAtomic(attempts, is(1));
      assertThat(subscription.close(Duration.ofSeconds(60)).abandoned()).isEqualTo(1);
      assertThat(subscription.stopped()).isCompleted();
    }
    assertThat(cluster.committed("impatient"))
        .allSatisfy((partition, offset) -> assertThat(offset).isZero());
  }

  private String newTopicWithDeadLetters() {
    String name = cluster.newTopic(2);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    return name;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
