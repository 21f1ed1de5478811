package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.EventsRuntime;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** A real broker that other tests use as well, so that each has names of its own. */
final class BrokerBackend implements TestBackend {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);

  private final KafkaBroker broker;
  private final Admin admin;
  private final NameMapper names;

  BrokerBackend(KafkaBroker broker) {
    this.broker = broker;
    this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    String prefix = "test-" + TESTS.incrementAndGet() + "-";
    this.names =
        new NameMapper() {
          @Override
          public String topic(String declared) {
            return prefix + declared;
          }

          @Override
          public String group(String declared) {
            return prefix + declared;
          }
        };
  }

  @Override
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    broker.createTopic(names.topic(name), partitions, configs);
  }

  @Override
  public EventsConfig config(String application) {
    return EventsConfig.of(application, broker.bootstrapServers())
        .withConsumer("fetch.max.wait.ms", "50");
  }

  @Override
  public KafkaEvents.Builder events(EventsConfig config) {
    return KafkaEvents.builder(config).names(names);
  }

  @Override
  public KafkaClients clients() {
    return KafkaClients.real();
  }

  @Override
  public Consumer<byte[], byte[]> reader(Map<String, Object> config) {
    return clients().consumer(config);
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public NameMapper names() {
    return names;
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    EventsRuntime.system().schedule(delay, task);
  }

  @Override
  public void awaitStarted(Subscription subscription) {
    try {
      boolean started = subscription.awaitAssigned(PATIENCE);
      if (!started && subscription.state() == Subscription.State.STARTING) {
        throw new AssertionError("not assigned within " + PATIENCE + ": " + subscription);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void settle(Faults faults) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (faults.isUnderWay() || !areCaughtUp(faults.reading())) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not settled within " + PATIENCE + ": " + faults.reading());
      }
      LockSupport.parkNanos(this, LOOK_AGAIN);
    }
  }

  private boolean areCaughtUp(Map<String, Set<String>> reading) {
    for (Map.Entry<String, Set<String>> group : reading.entrySet()) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          ask(admin.listConsumerGroupOffsets(group.getKey()).partitionsToOffsetAndMetadata());
      for (Map.Entry<TopicPartition, Long> end : ends(group.getValue()).entrySet()) {
        OffsetAndMetadata offset = committed.get(end.getKey());
        if (end.getValue() > (offset == null ? 0 : offset.offset())) {
          return false;
        }
      }
    }
    return true;
  }

  private Map<TopicPartition, Long> ends(Set<String> topics) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    ask(admin.describeTopics(new HashSet<>(topics)).allTopicNames())
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(
                        partition ->
                            asked.put(
                                new TopicPartition(topic, partition.partition()),
                                OffsetSpec.latest())));
    Map<TopicPartition, Long> ends = new HashMap<>();
    ask(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .forEach((id, end) -> ends.put(id, end.offset()));
    return ends;
  }

  private static <T> T ask(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void advance(Duration time) {
    throw new UnsupportedOperationException(
        "a real broker's time can't be advanced; run this test in memory: @EventsTest(on ="
            + " Backend.MEMORY)");
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
