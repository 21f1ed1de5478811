package dev.kafkaevents.examples.settings;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka of a demonstration: the cluster that {@code KAFKA_BOOTSTRAP_SERVERS} names, under names
 * that no other run uses, or a broker that is started for the run and ends with it.
 */
record Cluster(EventsConfig config, NameMapper names, @Nullable KafkaBroker broker)
    implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static Cluster connect(String application) {
    String servers = System.getenv("KAFKA_BOOTSTRAP_SERVERS");
    if (servers != null && !servers.isBlank()) {
      EventsConfig config = EventsConfig.load(Map.of("events.application", application));
      return new Cluster(config, named(application + "-" + UUID.randomUUID() + "."), null);
    }
    KafkaBroker broker = KafkaBroker.start();
    return new Cluster(
        EventsConfig.of(application, broker.bootstrapServers()), NameMapper.identity(), broker);
  }

  private static NameMapper named(String prefix) {
    return new NameMapper() {
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

  /** Creates a topic, and waits until it can be used. */
  void createTopic(String topic, int partitions) throws InterruptedException {
    if (broker != null) {
      broker.createTopic(topic, partitions);
      return;
    }
    String name = names.topic(topic);
    Map<String, Object> settings = new HashMap<>(config.admin());
    settings.put("bootstrap.servers", config.bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      get(
          admin
              .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
              .all());
      for (int partition = 0; partition < partitions; partition++) {
        TopicPartition each = new TopicPartition(name, partition);
        awaitServed(() -> admin.listOffsets(Map.of(each, OffsetSpec.latest())).all());
      }
    } catch (ExecutionException e) {
      throw new EventsException("can't create topic " + name + ": " + e.getCause(), e);
    }
  }

  private static void awaitServed(Supplier<KafkaFuture<?>> question)
      throws InterruptedException, ExecutionException {
    long by = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        get(question.get());
        return;
      } catch (ExecutionException e) {
        if (System.nanoTime() > by) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private static void get(KafkaFuture<?> future) throws InterruptedException, ExecutionException {
    future.get();
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  public String toString() {
    return config.bootstrapServers()
        + (broker == null ? ", from KAFKA_BOOTSTRAP_SERVERS" : ", a broker started for this run");
  }
}
