package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.core.KafkaClients;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka of one broker in this JVM, without sockets or files, that answers Kafka's own client
 * interfaces as a real one would.
 *
 * <pre>{@code
 * try (InMemoryKafka kafka = InMemoryKafka.start()) {
 *   kafka.createTopic("orders", 6);
 *   Events events = KafkaEvents.builder(EventsConfig.of("shop", kafka.bootstrapServers()))
 *       .clients(kafka.clients())
 *       .build();
 * }
 * }</pre>
 *
 * <p>Clients judge their configuration by Kafka's own rules, records always become bytes, groups
 * run either protocol with Kafka's own assignors. As on a production cluster topics do not create
 * themselves. What is not modelled is refused with a {@link NotModelledException}.
 *
 * <p>Safe for use by several threads, and by any number of clients.
 */
public final class InMemoryKafka implements AutoCloseable {
  private final Broker broker;

  private InMemoryKafka(Broker broker) {
    this.broker = broker;
  }

  /** Starts one on the machine's time. */
  public static InMemoryKafka start() {
    return new InMemoryKafka(new Broker(System.nanoTime(), Timeline.machine()));
  }

  /** An address to put in a configuration. Only clients made here find this Kafka by it. */
  public String bootstrapServers() {
    return Broker.ADDRESS;
  }

  /** Creates a topic with the defaults of a broker. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /**
   * Creates a topic.
   *
   * @throws org.apache.kafka.common.errors.ApiException as a broker refuses, as when it is there
   * @throws NotModelledException for a configuration that would have an effect on a broker, and has
   *     none here
   */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    TopicSettings settings = new TopicSettings(name, configs);
    broker.atomically(() -> broker.createTopic(name, partitions, settings));
  }

  /** A producer; serializers that are null come from the configuration. */
  public <K, V> Producer<K, V> producer(
      Map<String, Object> config, @Nullable Serializer<K> keys, @Nullable Serializer<V> values) {
    return new MemoryProducer<>(broker, config, keys, values);
  }

  /** A consumer; deserializers that are null come from the configuration. */
  public <K, V> Consumer<K, V> consumer(
      Map<String, Object> config,
      @Nullable Deserializer<K> keys,
      @Nullable Deserializer<V> values) {
    return new MemoryConsumer<>(broker, config, keys, values);
  }

  /** An administrator: of topics, their records and configurations, and of groups. */
  public Admin admin() {
    return AdminCalls.admin(broker);
  }

  /** What Kafka Events takes its clients from. */
  public KafkaClients clients() {
    return new KafkaClients() {
      @Override
      public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return InMemoryKafka.this.producer(config, null, null);
      }

      @Override
      public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return InMemoryKafka.this.consumer(config, null, null);
      }
    };
  }

  /** Lets time pass for this Kafka, without waiting: sessions, polls and transactions expire. */
  public void advance(Duration time) {
    broker.atomically(() -> broker.time.advance(time));
    broker.signal();
  }

  /**
   * Compacts a topic now: of each key only the last record stays, and a tombstone for as long as
   * {@code delete.retention.ms}. A broker would do that some time.
   *
   * @throws IllegalArgumentException if its {@code cleanup.policy} has no {@code compact}
   */
  public void compact(String topic) {
    broker.atomically(
        () -> {
          StoredTopic stored = broker.topic(topic);
          if (!stored.settings.compacted()) {
            throw new IllegalArgumentException(
                "topic " + topic + " is not compacted: its cleanup.policy has no compact");
          }
          stored.logs.forEach(log -> log.compact(broker.time.millis()));
        });
  }

  /**
   * Deletes now what is older than {@code retention.ms}. A broker would do that some time, file by
   * file.
   *
   * @throws IllegalArgumentException if its {@code cleanup.policy} has no {@code delete}
   */
  public void expire(String topic) {
    broker.atomically(
        () -> {
          StoredTopic stored = broker.topic(topic);
          if (!stored.settings.expiring()) {
            throw new IllegalArgumentException(
                "topic " + topic + " keeps its records: its cleanup.policy has no delete");
          }
          stored.logs.forEach(log -> log.expire(broker.time.millis()));
          broker.changed();
        });
  }

  /** Lets the threads of producers end when they have sent what they have. */
  @Override
  public void close() {
    broker.close();
  }
}
