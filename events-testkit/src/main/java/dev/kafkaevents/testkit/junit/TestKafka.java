package dev.kafkaevents.testkit.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka of one test, in memory or on a real broker, and the events of the test on it. All names
 * are those the application declares, whatever they are on the cluster. Thread-safe.
 */
public final class TestKafka {
  /** Settings of topics by which records go away without a word. */
  private static final Set<String> FORGETTING =
      Set.of("cleanup.policy", "retention.ms", "retention.bytes");

  /** What an administrator may do behind the back of a history. */
  private static final Set<String> CHANGING =
      Set.of(
          "deleteRecords",
          "deleteTopics",
          "alterConfigs",
          "incrementalAlterConfigs",
          "alterConsumerGroupOffsets",
          "deleteConsumerGroupOffsets",
          "deleteConsumerGroups");

  private final Backend kind;
  private final TestBackend backend;
  private final LogReader log;
  private final Flight flight;
  private final Checker checker = new Checker();
  private final Faults faults;
  private final List<Events> events = new CopyOnWriteArrayList<>();

  /** All that were ever made. */
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  TestKafka(Backend kind, TestBackend backend) {
    this.kind = kind;
    this.backend = backend;
    this.log = new LogReader(backend);
    this.flight = new Flight(backend::now);
    this.faults = new Faults(backend, checker);
  }

  /** What this test runs on. */
  public Backend backend() {
    return kind;
  }

  /** Creates a topic with a broker's defaults. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** Creates a topic. */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    backend.createTopic(name, partitions, configs);
    if (!configs.isEmpty() && FORGETTING.stream().anyMatch(configs::containsKey)) {
      checker.leaveTopicAlone(name, "it may forget records, by its own settings");
    }
  }

  /** Events of an application named {@code test}; closed after the test. */
  public Events events(UnaryOperator<KafkaEvents.Builder> assembly) {
    return events(config -> config, assembly);
  }

  /** The same, with settings of their own. */
  public Events events(
      UnaryOperator<EventsConfig> settings, UnaryOperator<KafkaEvents.Builder> assembly) {
    Watcher watcher = new Watcher(flight, checker);
    KafkaEvents.Builder begun =
        backend
            .events(settings.apply(backend.config("test")))
            .probe(watcher)
            .clients(
                new FaultyClients(
                    backend.clients(),
                    faults,
                    new ReadingWatch(backend, flight, checker, watcher)));
    Events made = assembly.apply(begun).build();
    events.add(made);
    return (Events)
        Proxy.newProxyInstance(
            Events.class.getClassLoader(),
            new Class<?>[] {Events.class},
            (proxy, method, arguments) -> {
              noteSubscriber(watcher, arguments);
              Object answer = FaultyClients.pass(made, method, arguments);
              if (answer instanceof Subscription subscription) {
                subscriptions.add(subscription);
              }
              return answer;
            });
  }

  /** Before it begins: what it is told first is its own. */
  private static void noteSubscriber(Watcher watcher, Object @Nullable [] arguments) {
    if (arguments != null && arguments.length == 3 && arguments[0] instanceof Topic<?> topic) {
      watcher.subscribing(
          topic,
          arguments[1] instanceof SubscribeOptions options
              ? options
              : SubscribeOptions.group(String.valueOf(arguments[1])));
    }
  }

  /**
   * Returns when nothing is left to do: what was published is stored or has failed, and what can be
   * read is handled, retries included, and committed. In memory time passes as needed, without
   * waiting; on a real broker this waits, for a minute at most.
   *
   * @throws AssertionError if that does not come, as with a handler that does not return
   */
  public void settle() {
    try {
      subscriptions.forEach(backend::awaitStarted);
      backend.settle(faults);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + System.lineSeparator() + lastActions(), e);
    }
  }

  /**
   * Returns when a subscription has stopped, because it failed or was closed. In memory time passes
   * as needed; on a real broker this waits, for a minute at most.
   *
   * @throws AssertionError if that does not come
   */
  public void awaitStopped(Subscription subscription) {
    if (!backend.awaitStopped(subscription)) {
      throw new AssertionError(
          "not stopped: " + subscription + System.lineSeparator() + lastActions());
    }
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
      byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
      RecordMetadata stored =
          producer.send(new ProducerRecord<>(backend.names().topic(topic), keyBytes, value)).get();
      Position at = new Position(topic, stored.partition(), stored.offset());
      flight.note("written", "", at.toString(), "");
      checker.published("", at);
    } catch (ExecutionException e) {
      throw new AssertionError("nothing was written to topic " + topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private Map<String, Object> producerConfig() {
    Map<String, Object> config = new HashMap<>(backend.clientConfig());
    config.put("key.serializer", ByteArraySerializer.class);
    config.put("value.serializer", ByteArraySerializer.class);
    return config;
  }

  /** All records of a topic that are committed, partition by partition, as they lie in the log. */
  public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return log.records(topic);
  }

  /**
   * The events on a topic, decoded as a subscriber's would be, partition by partition.
   *
   * @throws dev.kafkaevents.SerdeException if a record is none
   * @throws IllegalStateException if this test has no events yet, whose serdes could read them
   */
  public <T> List<StoredEvent<T>> stored(Topic<T> topic) {
    if (events.isEmpty()) {
      throw new IllegalStateException(
          "topic %s can't be decoded: this test has no events yet; make them first, with events(builder -> builder.serde(…))"
              .formatted(topic.name()));
    }
    List<StoredEvent<T>> stored = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : log.records(topic.name())) {
      stored.add(
          new StoredEvent<>(
              new Position(topic.name(), record.partition(), record.offset()),
              message(topic.name(), record),
              record.value() == null ? null : decode(topic, record)));
    }
    return stored;
  }

  /** With the serdes of those events of the test that were made first and accept the topic. */
  private <T> Event<T> decode(Topic<T> topic, ConsumerRecord<byte[], byte[]> record) {
    SerdeException refused = null;
    for (Events each : events) {
      try {
        return ((KafkaEvents) each).decode(topic, record);
      } catch (SerdeException e) {
        refused = e;
      }
    }
    throw requireNonNull(refused);
  }

  private static Message message(String topic, ConsumerRecord<byte[], byte[]> record) {
    List<Headers.Header> headers = new ArrayList<>();
    record
        .headers()
        .forEach(header -> headers.add(new Headers.Header(header.key(), header.value())));
    return Message.of(topic, record.key(), record.value())
        .withHeaders(Headers.of(headers))
        .withTimestamp(Instant.ofEpochMilli(record.timestamp()));
  }

  /** What a group has committed of a topic, by partition: the next offset that it would read. */
  public Map<Integer, Long> committed(String group, String topic) {
    return log.committed(group, topic);
  }

  /** How many offsets a group is behind the end of a topic, all partitions together. */
  public long lag(String group, String topic) {
    Map<Integer, Long> committed = log.committed(group, topic);
    return log.ends(topic).entrySet().stream()
        .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  /** How many attempts a group made at each record, in the order of the first ones. */
  public Map<Position, Integer> attempts(String group) {
    return flight.attempts(group);
  }

  /**
   * What the events of this test did at last, as a table for people: published, polled, attempted,
   * settled, committed, rebalanced. Keys are numbers in it, and of payloads there is nothing.
   */
  public String lastActions() {
    return flight.table();
  }

  /**
   * The clients of this Kafka, for what is not made by {@link #events}. They see the names on the
   * cluster, faults happen to them too, and nothing they do is judged.
   */
  public KafkaClients clients() {
    return new FaultyClients(
        backend.clients(),
        faults,
        new ReadingWatch(backend, flight, checker, new Watcher(flight, checker)));
  }

  /** What clients need in their configuration to find this Kafka. */
  public Map<String, Object> clientConfig() {
    return backend.clientConfig();
  }

  /** The name on the cluster of a topic or group. */
  public String onCluster(String declared) {
    return backend.names().topic(declared);
  }

  /**
   * Kafka's administrator; it sees the names on the cluster. What is deleted with it, or offsets
   * that are moved, are unknown to the checker, which judges nothing then.
   */
  public Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              if (CHANGING.contains(method.getName())) {
                checker.leaveAllAlone("an administrator called " + method.getName());
              }
              return FaultyClients.pass(backend.admin(), method, arguments);
            });
  }

  void close() {
    events.forEach(Events::close);
  }

  Checker checker() {
    return checker;
  }

  void check() {
    checker.check(log);
  }

  void closeBackend() {
    backend.close();
  }
}
