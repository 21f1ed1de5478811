package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.EventsRuntime;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.testkit.TopicCreation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real broker that other tests use as well, so that each has names of its own. */
final class BrokerBackend implements TestBackend {
  /** Of this JVM alone, since others may use the cluster too, at any time. */
  private static final String RUN = "test-" + UUID.randomUUID().toString().substring(0, 8);

  private static final Logger LOG = LoggerFactory.getLogger(BrokerBackend.class);
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);

  private final RealCluster cluster;
  private final Admin admin;
  private final String prefix;
  private final NameMapper names;

  BrokerBackend(RealCluster cluster) {
    this.cluster = cluster;
    this.admin = Admin.create(clientConfig());
    this.prefix = RUN + "-" + TESTS.incrementAndGet() + "-";
    this.names = NameMapper.prefixed(prefix);
  }

  @Override
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    TopicCreation.create(
        cluster.bootstrapServers(), names.topic(name), partitions, configs, PATIENCE);
  }

  @Override
  public EventsConfig config(String application) {
    return EventsConfig.of(application, cluster.bootstrapServers())
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
  public Map<String, Object> clientConfig() {
    return Map.of("bootstrap.servers", cluster.bootstrapServers());
  }

  @Override
  public String declared(String onCluster) {
    return onCluster.startsWith(prefix) ? onCluster.substring(prefix.length()) : onCluster;
  }

  @Override
  public Instant now() {
    return Instant.now();
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
  public void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
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
  public boolean awaitStopped(Subscription subscription) {
    try {
      subscription.stopped().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      return true; // by a failure
    } catch (TimeoutException e) {
      return false;
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
    if (cluster.isOthers()) {
      leaveNothing();
    }
    admin.close(Duration.ofSeconds(5));
  }

  /** As far as it can be: what is still in use there, or not allowed, stays. */
  private void leaveNothing() {
    try {
      List<String> topics = admin.listTopics().names().get().stream().filter(this::isOurs).toList();
      admin.deleteTopics(topics).all().get();
      List<String> groups =
          admin.listGroups().all().get().stream()
              .map(GroupListing::groupId)
              .filter(this::isOurs)
              .toList();
      admin.deleteConsumerGroups(groups).all().get();
    } catch (ExecutionException e) {
      LOG.warn("topics and groups named {}* may be left on the cluster", prefix, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOurs(String name) {
    return name.startsWith(prefix);
  }
}
