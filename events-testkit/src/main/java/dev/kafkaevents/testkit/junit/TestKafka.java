package dev.kafkaevents.testkit.junit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.KafkaEvents;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka of one test, in memory or on a real broker, and the events of the test on it. All names
 * are those the application declares, whatever they are on the cluster. Thread-safe.
 */
public final class TestKafka {
  private final TestBackend backend;
  private final Faults faults;
  private final List<Events> events = new CopyOnWriteArrayList<>();

  /** All that were ever made. */
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  TestKafka(TestBackend backend) {
    this.backend = backend;
    this.faults = new Faults(backend);
  }

  /** Creates a topic with a broker's defaults. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** Creates a topic. */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    backend.createTopic(name, partitions, configs);
  }

  /** Events of an application named {@code test}; closed after the test. */
  public Events events(UnaryOperator<KafkaEvents.Builder> assembly) {
    return events(config -> config, assembly);
  }

  /** The same, with settings of their own. */
  public Events events(
      UnaryOperator<EventsConfig> settings, UnaryOperator<KafkaEvents.Builder> assembly) {
    KafkaEvents.Builder begun = backend.events(settings.apply(backend.config("test")));
    Events made =
        assembly.apply(begun.clients(new FaultyClients(backend.clients(), faults))).build();
    events.add(made);
    return (Events)
        Proxy.newProxyInstance(
            Events.class.getClassLoader(),
            new Class<?>[] {Events.class},
            (proxy, method, arguments) -> {
              Object answer = FaultyClients.pass(made, method, arguments);
              if (answer instanceof Subscription subscription) {
                subscriptions.add(subscription);
              }
              return answer;
            });
  }

  /**
   * Returns when nothing is left to do: what was published is stored or has failed, and what can be
   * read is handled, retries included, and committed. In memory time passes as needed, without
   * waiting; on a real broker this waits, for a minute at most.
   *
   * @throws AssertionError if that does not come, as with a handler that does not return
   */
  public void settle() {
    subscriptions.forEach(backend::awaitStarted);
    backend.settle(faults);
  }

  /**
   * Lets time pass, in memory only.
   *
   * @throws UnsupportedOperationException on a real broker
   */
  public void advance(Duration time) {
    backend.advance(time);
  }

  /** What is to go wrong. */
  public Faults faults() {
    return faults;
  }

  /** Writes bytes to a topic as they are, as another producer would; poison among them. */
  public void write(String topic, @Nullable String key, byte @Nullable [] value) {
    try (Producer<byte[], byte[]> producer = backend.clients().producer(producerConfig())) {
      producer
          .send(
              new ProducerRecord<>(
                  backend.names().topic(topic), key == null ? null : key.getBytes(UTF_8), value))
          .get();
    } catch (ExecutionException e) {
      throw new AssertionError("nothing was written to topic " + topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Map<String, Object> producerConfig() {
    Map<String, Object> config = new HashMap<>(address());
    config.put("key.serializer", ByteArraySerializer.class);
    config.put("value.serializer", ByteArraySerializer.class);
    return config;
  }

  private Map<String, Object> address() {
    return Map.of("bootstrap.servers", backend.bootstrapServers());
  }

  /** All records of a topic that are committed, partition by partition, as they lie in the log. */
  public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    Map<String, Object> config = new HashMap<>(address());
    config.put("key.deserializer", ByteArrayDeserializer.class);
    config.put("value.deserializer", ByteArrayDeserializer.class);
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", "false");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = backend.reader(config)) {
      List<TopicPartition> ids = new ArrayList<>();
      for (PartitionInfo info : consumer.partitionsFor(backend.names().topic(topic))) {
        ids.add(new TopicPartition(info.topic(), info.partition()));
      }
      for (TopicPartition id : ids) {
        consumer.assign(List.of(id));
        consumer.seekToBeginning(List.of(id));
        Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(id));
        while (consumer.position(id) < ends.getOrDefault(id, 0L)) {
          consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
      }
    }
    return records;
  }

  /** Kafka's administrator; it sees the names on the cluster. */
  public Admin admin() {
    return backend.admin();
  }

  void close() {
    events.forEach(Events::close);
    backend.close();
  }
}
