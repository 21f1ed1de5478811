package dev.kafkaevents.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** An in-memory Kafka with orders of which billing could not handle some. */
final class Graveyard implements AutoCloseable {
  record Order(String id, int amount) {}

  static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);
  static final int PARTITIONS = 3;

  final InMemoryKafka kafka = InMemoryKafka.start();
  final EventsConfig config = EventsConfig.of("billing", kafka.bootstrapServers());

  Graveyard() {
    for (String topic : List.of("orders", "orders.dlq", "orders.billing.replay", "orders.parked")) {
      kafka.createTopic(topic, PARTITIONS);
    }
  }

  /** Publishes orders with amounts from 0 on, and lets billing fail at all of them. */
  void bury(int orders) {
    try (Events events = events()) {
      Queue<String> met = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < orders; i++) {
        events.publish(ORDERS, new Order("o-" + i % 7, i));
      }
      events.flush(Duration.ofSeconds(10));
      fail(events, ORDERS, met);
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> records("orders.dlq").size() >= orders);
    }
  }

  /** Handles no event of {@code topic}. */
  void fail(Events events, Topic<Order> topic, Queue<String> met) {
    events.subscribe(
        topic,
        SubscribeOptions.group("billing").withOrdering(Ordering.KEY),
        (Delivery<Order> order) -> {
          met.add(order.payload().id());
          throw order.payload().amount() % 2 == 0
              ? new RejectedException("even")
              : new IllegalStateException("odd");
        });
  }

  Events events() {
    return kafka
        .events(config)
        .serde(JsonSerde.factory())
        .onDelivery(DeadLetter.toTopic("orders.dlq"))
        .build();
  }

  Replay replay() {
    return Replay.of("orders.dlq").to("orders.billing.replay").withClients(kafka.clients());
  }

  /** Writes a letter of nobody. */
  void write(String topic, String key, Headers headers) {
    try (Events events = events()) {
      events
          .send(Message.of(topic, key.getBytes(UTF_8), new byte[] {1, 2}).withHeaders(headers))
          .join();
    }
  }

  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (Consumer<byte[], byte[]> consumer =
        kafka.consumer(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(10)).forEach(records::add);
      }
      return records;
    }
  }

  /** The committed offsets of {@code run}, added up. */
  long committed(String run) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", run);
    try (Consumer<byte[], byte[]> consumer =
        kafka.consumer(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Set<TopicPartition> all =
          Set.of(
              new TopicPartition("orders.dlq", 0),
              new TopicPartition("orders.dlq", 1),
              new TopicPartition("orders.dlq", 2));
      return consumer.committed(all).values().stream()
          .mapToLong(offset -> offset == null ? 0 : offset.offset())
          .sum();
    }
  }

  @Override
  public void close() {
    kafka.close();
  }
}
