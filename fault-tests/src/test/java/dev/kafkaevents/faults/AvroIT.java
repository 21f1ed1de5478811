package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.SchemaRegistry;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Avro on a real broker, with a registry that is not always there. */
@Timeout(120)
class AvroIT {
  record Counted(String key, int number) {}

  private final Cluster cluster = Cluster.shared();
  private final TestRegistry server = TestRegistry.start();
  private final List<Integer> handled = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    server.close();
  }

  private SchemaRegistry registry() {
    return SchemaRegistry.builder(server.url()).build();
  }

  private Topic<Counted> topic() {
    return Topic.of(cluster.newTopic(2), Counted.class).keyedBy(Counted::key);
  }

  private static void publish(Events events, Topic<Counted> topic, int from, int to) {
    IntStream.range(from, to)
        .mapToObj(i -> events.publish(topic, new Counted("key-" + i % 5, i)))
        .toList()
        .forEach(published -> published.join());
  }

  @Test
  void topicThatMovedFromJsonToAvro_isReadByOneSubscription() {
    Topic<Counted> topic = topic();
    try (Events before = KafkaEvents.builder(cluster.config()).serde(JsonSerde.factory()).build();
        Events after =
            KafkaEvents.builder(cluster.config())
                .serde(AvroSerde.factory(registry()))
                .serde(JsonSerde.factory())
                .build()) {
      publish(before, topic, 0, 20);
      publish(after, topic, 20, 40);
      after.subscribe(topic, "moved", event -> handled.add(event.payload().number()));

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(handled)
                      .containsExactlyInAnyOrderElementsOf(
                          IntStream.range(0, 40).boxed().toList()));
    }
  }

  @Test
  void outageOfTheRegistry_holdsEventsUp_andDeadLettersNone() {
    Topic<Counted> topic = topic();
    cluster.createTopic(topic.name() + ".dlq", 1, Map.of());
    try (Events publisher =
        KafkaEvents.builder(cluster.config()).serde(AvroSerde.factory(registry())).build()) {
      publish(publisher, topic, 0, 20);
      AtomicInteger asked = new AtomicInteger();
      SchemaRegistry impatient =
          SchemaRegistry.builder(server.url())
              .deadline(Duration.ofMillis(200))
              .authorization(() -> "attempt " + asked.incrementAndGet())
              .build();
      server.hang();
      try (Events events =
          KafkaEvents.builder(cluster.config())
              .serde(AvroSerde.factory(impatient))
              .install(Resilience.retryThenDeadLetter(1_000, Duration.ofMillis(1)))
              .build()) {
        Subscription subscription =
            events.subscribe(
                topic,
                SubscribeOptions.group("outage"),
                event -> handled.add(event.payload().number()));
        await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() > 5);
        assertThat(handled).isEmpty();
        publish(publisher, topic, 20, 30); // a schema that is known needs no registry
        server.resume();

        await().atMost(Duration.ofSeconds(60)).until(() -> handled.size() == 30);
        assertThat(handled)
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 30).boxed().toList());
        assertThat(subscription.stopped()).isNotDone();
      }
    }
  }
}
