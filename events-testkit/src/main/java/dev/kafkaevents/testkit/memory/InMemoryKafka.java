package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.EventsRuntime;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka of one broker in this JVM, without sockets or files, that answers Kafka's own client
 * interfaces as a real one would.
 *
 * <pre>{@code
 * try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
 *   kafka.createTopic("orders", 6);
 *   Events events = kafka.events("shop").serde(JsonSerde.factory()).build();
 *   events.publish(ORDERS, new OrderPlaced("o-1"));
 *   kafka.settle();
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
  private static final Duration LONGEST = Duration.ofDays(30);

  private final Broker broker;
  private final Activity activity;

  private InMemoryKafka(Broker broker) {
    this.broker = broker;
    this.activity = new Activity(broker.time);
  }

  /** Starts one on the machine's time. */
  public static InMemoryKafka start() {
    return new InMemoryKafka(new Broker(System.nanoTime(), Timeline.machine()));
  }

  /**
   * Starts one on a time of its own, which passes when nobody has anything to do and somebody waits
   * for it to: {@link #settle}, {@link #advance}, or a call of a client from a thread of the test.
   * Retries over hours take milliseconds. Events on it have to be made with {@link #events}.
   *
   * @param seed of all that is left to chance: identities and partitions of records without keys
   */
  public static InMemoryKafka withVirtualTime(long seed) {
    return new InMemoryKafka(new Broker(seed, new VirtualTime(seed)));
  }

  /**
   * Starts one on a time of its own, where nothing happens by itself: threads of events and clients
   * run one at a time, and only while the test calls {@link #step}, {@link #settle} or {@link
   * #advance}, or waits in a client, or closes something. Who is next is decided by {@code seed}:
   * the same calls with the same seed do the same.
   *
   * <p>What the test publishes is stored by a later step; to wait for its future before that is to
   * wait for ever.
   */
  public static InMemoryKafka stepByStep(long seed) {
    return byChance(seed, new Chance(seed, false));
  }

  static InMemoryKafka byChance(long seed, Chance chance) {
    return new InMemoryKafka(new Broker(seed, new VirtualTime(seed, chance)));
  }

  VirtualTime virtualTime() {
    if (broker.time instanceof VirtualTime virtual) {
      return virtual;
    }
    throw new IllegalStateException("this Kafka is on the machine's time");
  }

  /**
   * Does the next thing, on whichever thread it is; null if nothing is left to do. Time passes if
   * nothing is left to do before.
   *
   * @throws IllegalStateException if this Kafka was not started {@link #stepByStep}
   */
  public @Nullable Step step() {
    if (!broker.time.isReplayed()) {
      throw new IllegalStateException(
          "things happen by themselves on this Kafka; start it with stepByStep");
    }
    return virtualTime().step();
  }

  /** All steps so far, of a Kafka that was started {@link #stepByStep}; empty of any other. */
  public List<Step> steps() {
    return broker.time instanceof VirtualTime virtual ? virtual.steps() : List.of();
  }

  /** Removes some member from its group; which group, or null if there is none. */
  @Nullable String evictOne() {
    return broker.atomically(
        () -> {
          for (Group group : broker.groups().values()) {
            Members members = group.protocol();
            if (members != null && !members.all().isEmpty()) {
              members.remove(members.all().iterator().next().id);
              broker.changed();
              return group.id;
            }
          }
          return null;
        });
  }

  /** Begins the assembly of events on this Kafka, with its clients, its time and its threads. */
  public KafkaEvents.Builder events(EventsConfig config) {
    KafkaEvents.Builder builder =
        KafkaEvents.builder(config).clients(clients()).onDelivery(activity);
    if (broker.time.isReplayed()) {
      builder.probe(activity);
    }
    return broker.time instanceof VirtualTime virtual ? builder.runtime(virtual) : builder;
  }

  /** {@link #events(EventsConfig)} with the defaults for {@code application}. */
  public KafkaEvents.Builder events(String application) {
    return events(EventsConfig.of(application, bootstrapServers()));
  }

  /**
   * Runs {@code task}, which is short and does not block, after {@code delay} of this Kafka's time.
   */
  public void schedule(Duration delay, Runnable task) {
    EventsRuntime runtime =
        broker.time instanceof VirtualTime virtual ? virtual : EventsRuntime.system();
    runtime.schedule(delay, task);
  }

  /**
   * Returns when {@code time} of this Kafka's has passed; for a handler that takes long. Virtual
   * time passes as soon as nobody has anything else to do, and somebody lets it. A test itself
   * calls {@link #advance}.
   *
   * @throws org.apache.kafka.common.errors.InterruptException if this thread is interrupted
   */
  public void pass(Duration time) {
    try {
      if (broker.time instanceof VirtualTime virtual) {
        virtual.await(() -> false, virtual.nanos() + time.toNanos(), true);
      } else {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** What time it is here. */
  public Instant now() {
    return Instant.ofEpochMilli(broker.atomically(broker.time::millis));
  }

  /**
   * Returns when nothing is left to do: what was sent is stored or has failed, and all that can be
   * read is handled, retries included, and committed. Virtual time passes as needed, 30 days at
   * most; on the machine's time this waits, for 10 s at most. For events made with {@link #events};
   * consumers of the test's own are not waited for.
   *
   * @throws AssertionError if it can't be, with what is at work
   */
  public void settle() {
    if (broker.time instanceof VirtualTime virtual && virtual.isTakingTurns()) {
      settleInTurns(virtual);
    } else if (broker.time instanceof VirtualTime virtual) {
      long limit = virtual.nanos() + LONGEST.toNanos();
      while (!isSettledNow(virtual)) {
        if (!virtual.jump(limit)) {
          throw new AssertionError(
              "not settled within " + LONGEST + " of virtual time: " + activity.describe());
        }
      }
    } else {
      awaitSettled();
    }
  }

  private void settleInTurns(VirtualTime virtual) {
    requireScenario();
    if (!virtual.awaitQuietAnd(broker::isSettled, virtual.nanos() + LONGEST.toNanos())) {
      throw new AssertionError(
          "not settled within " + LONGEST + " of virtual time: " + activity.describe());
    }
  }

  private void requireScenario() {
    if (!broker.time.isReplayed()) {
      throw new IllegalStateException("a thread of events can't wait for itself to be done");
    }
  }

  private boolean isSettledNow(VirtualTime virtual) {
    virtual.requireQuiet();
    return broker.isSettled();
  }

  private void awaitSettled() {
    long until = System.nanoTime() + broker.patience.toNanos();
    while (!broker.isSettled()) {
      if (System.nanoTime() > until) {
        throw new AssertionError(
            "not settled within " + broker.patience + ": " + activity.describe());
      }
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(2));
    }
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

  private static void crashesWithItsLife(Runnable crash) {
    if (Thread.currentThread() instanceof Player player && player.life != null) {
      player.life.crashesWithIt(crash);
    }
  }

  /** What Kafka Events takes its clients from. */
  public KafkaClients clients() {
    return new KafkaClients() {
      @Override
      public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        MemoryProducer<byte[], byte[]> producer = new MemoryProducer<>(broker, config, null, null);
        crashesWithItsLife(producer::crash);
        return producer;
      }

      @Override
      public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        MemoryConsumer<byte[], byte[]> consumer = new MemoryConsumer<>(broker, config, null, null);
        broker.atomically(() -> broker.consumers.add(consumer));
        crashesWithItsLife(consumer::crash);
        return consumer;
      }

      @Override
      public Admin admin(Map<String, Object> config) {
        return InMemoryKafka.this.admin();
      }
    };
  }

  /**
   * Lets time pass. Virtual time goes from one thing that is due to the next, and each is done
   * before time goes on. On the machine's time this Kafka's is ahead from now on, so that sessions,
   * polls and transactions expire; the events above know nothing of it.
   */
  public void advance(Duration time) {
    if (broker.time instanceof VirtualTime virtual && virtual.isTakingTurns()) {
      requireScenario();
      boolean ignored = virtual.awaitQuietAnd(() -> false, virtual.nanos() + time.toNanos());
    } else if (broker.time instanceof VirtualTime virtual) {
      long until = virtual.nanos() + time.toNanos();
      do {
        virtual.requireQuiet();
      } while (virtual.jump(until));
      virtual.requireQuiet();
    } else {
      broker.atomically(() -> broker.time.advance(time));
      broker.signal();
    }
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

  /**
   * From now on a topic takes no records for {@code time}, as when too few of its replicas are in
   * sync. Producers try again, and records that are still not stored after their {@code
   * delivery.timeout.ms} fail with a time-out. What is there can be read.
   *
   * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if there is no such
   *     topic
   */
  public void makeUnavailable(String topic, Duration time) {
    broker.atomically(
        () -> broker.topic(topic).unavailableUntil = broker.time.nanos() + time.toNanos());
  }

  /** How long handlers may be at work, in real time, before {@link #settle} gives up. */
  void patience(Duration patience) {
    broker.patience = patience;
  }

  /** Lets the threads of producers end when they have sent what they have. */
  @Override
  public void close() {
    if (broker.time instanceof VirtualTime virtual && !virtual.isTakingTurns()) {
      virtual.turns().byThemselves();
    }
    broker.close();
  }
}
