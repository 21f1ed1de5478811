package dev.kafkaevents.docs;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.serde.json.JsonSerde;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** What Kafka's clients are configured with, each asked for once. */
final class CapturedClients implements KafkaClients {
  private static final Topic<String> TOPIC = Topic.of("orders", String.class);

  private volatile Map<String, Object> producer;
  private volatile Map<String, Object> consumer;
  private volatile Map<String, Object> admin;

  private CapturedClients() {}

  static CapturedClients of(EventsConfig config) {
    CapturedClients captured = new CapturedClients();
    try (Events events =
        KafkaEvents.builder(config).clients(captured).serde(JsonSerde.factory()).build()) {
      ended(() -> events.publish(TOPIC, "").join());
      ended(() -> events.subscribe(TOPIC, "billing", event -> {}).stopped().join());
      ended(() -> events.topics().find("orders"));
    }
    return captured;
  }

  private static void ended(Runnable action) {
    try {
      action.run();
      throw new IllegalStateException("there is a cluster, and should be none");
    } catch (EventsException | CompletionException noClient) {
      // It has seen what it came for.
    }
  }

  Map<String, Object> producer() {
    return producer;
  }

  Map<String, Object> consumer() {
    return consumer;
  }

  Map<String, Object> admin() {
    return admin;
  }

  @Override
  public Producer<byte[], byte[]> producer(Map<String, Object> config) {
    producer = config;
    throw new KafkaException("no clients here");
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    consumer = config;
    throw new KafkaException("no clients here");
  }

  @Override
  public Admin admin(Map<String, Object> config) {
    admin = config;
    throw new KafkaException("no clients here");
  }
}
