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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
}
