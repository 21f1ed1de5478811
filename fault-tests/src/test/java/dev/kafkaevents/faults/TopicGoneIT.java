package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.spi.EventsProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A topic that is deleted while it is read, and made again. */
@Timeout(120)
class TopicGoneIT {
  private final Cluster cluster = Cluster.shared();

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void topicDeletedAndMadeAgain_isReadFromItsBeginning(String protocol) throws Exception {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    AtomicInteger handled = new AtomicInteger();
    CountDownLatch revoked = new CountDownLatch(1);
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void revoked(String group, String topicName, int partition) {
            revoked.countDown();
          }
        };
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        Events events =
            KafkaEvents.builder(
                    cluster
                        .config()
                        .withConsumer("group.protocol", protocol)
                        .withConsumer("metadata.max.age.ms", "500"))
                .serde(Step.serde())
                .probe(probe)
                .build()) {
      Subscription subscription =
          events.subscribe(
              topic,
              SubscribeOptions.group("gone-" + protocol).withDrainTimeout(Duration.ofSeconds(1)),
              step -> handled.incrementAndGet());
      events.publish(topic, new Step("k", 0)).join();
      await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 1);
      admin.deleteTopics(List.of(name)).all().get();
      assertThat(revoked.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(subscription.health().partitions()).isEmpty();
      assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);
      cluster.createTopic(name, 1, Map.of());
      try (Events other = cluster.events().build()) {
        for (int i = 0; i < 5; i++) {
          other.publish(topic, new Step("k", i)).join();
        }
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 6);
    }
  }

  /**
   * What was settled ahead of a record that is stuck was settled under offsets that others have in
   * the topic that is made anew. Those before the stuck one may be taken for settled, as by any
   * consumer of Kafka: its offset may be committed once more when the topic is there again.
   */
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void topicMadeAnew_whileARecordIsStuck_nothingBehindItIsTakenForSettled(String protocol)
      throws Exception {
    String name = cluster.newTopic(1);
    Topic<Step> topic = Step.topic(name);
    SubscribeOptions options =
        SubscribeOptions.group("anew-" + protocol).withDrainTimeout(Duration.ofSeconds(1));
    Set<Integer> handled = ConcurrentHashMap.newKeySet();
    CountDownLatch go = new CountDownLatch(1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        Events events =
            KafkaEvents.builder(
                    cluster
                        .config()
                        .withConsumer("group.protocol", protocol)
                        .withConsumer("metadata.max.age.ms", "500"))
                .serde(Step.serde())
                .build()) {
      events.subscribe(
          topic,
          options,
          step -> {
            if (step.payload().number() == 2) {
              go.await();
            }
            handled.add(step.payload().number());
          });
      for (int i = 0; i < 20; i++) {
        events.publish(topic, new Step("key-" + i, i)).join();
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() == 19);
      admin.deleteTopics(List.of(name)).all().get();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions() // It exists until it is gone.
          .until(
              () -> {
                cluster.createTopic(name, 1, Map.of());
                return true;
              });
      try (Events other = cluster.events().build()) {
        for (int i = 100; i < 120; i++) {
          other.publish(topic, new Step("new-" + i, i)).join();
        }
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(handled).containsAll(IntStream.range(102, 120).boxed().toList()));
      go.countDown();
    }
  }
}
