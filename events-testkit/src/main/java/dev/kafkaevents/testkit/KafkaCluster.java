package dev.kafkaevents.testkit;

import dev.kafkaevents.EventsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;

/**
 * Several Kafka brokers as one cluster, each a {@link KafkaBroker} that can be killed, frozen and
 * restarted on its own: for tests of what happens when a leader dies.
 *
 * <pre>{@code
 * try (KafkaCluster cluster = KafkaCluster.start(3)) {
 *   cluster.createTopic("orders", 4);
 *   cluster.leaderOf("orders", 0).kill();
 *   // clients of cluster.bootstrapServers() go on
 * }
 * }</pre>
 *
 * <p>Topics have a replica on each broker, three at most, and a record is acknowledged by all
 * replicas but one. Each broker is a controller too: the cluster serves as long as more than half
 * of them run. Three brokers take about 1.5 GiB and some seconds to start.
 *
 * <p>Safe for use by several threads.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(30);

  private final List<KafkaBroker> brokers;

  private KafkaCluster(List<KafkaBroker> brokers) {
    this.brokers = brokers;
  }

  /**
   * Starts {@code brokers} brokers with the defaults of {@link KafkaBroker#builder}, and waits
   * until all serve clients.
   *
   * @throws EventsException if one does not start, with the end of its log
   */
  public static KafkaCluster start(int brokers) {
    if (brokers < 1) {
      throw new IllegalArgumentException("brokers is " + brokers + ", must be at least 1");
    }
    for (int attempt = 1; ; attempt++) {
      KafkaCluster cluster = of(brokers);
      try {
        cluster.startAll();
        return cluster;
      } catch (RuntimeException e) {
        boolean lostPort = cluster.brokers.stream().anyMatch(KafkaBroker::lostPort);
        cluster.close();
        if (!lostPort || attempt == KafkaBroker.PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static KafkaCluster of(int size) {
    List<BrokerPorts> ports = IntStream.range(0, size).mapToObj(i -> BrokerPorts.free()).toList();
    String clusterId = UUID.randomUUID().toString();
    List<KafkaBroker> brokers = new ArrayList<>();
    for (int id = 1; id <= size; id++) {
      brokers.add(new KafkaBroker(KafkaBroker.builder(), new BrokerNode(id, ports, clusterId)));
    }
    return new KafkaCluster(List.copyOf(brokers));
  }

  /** All at once: none is ready before more than half of them are there. */
  private void startAll() {
    List<FutureTask<Void>> starts = new ArrayList<>();
    for (KafkaBroker broker : brokers) {
      FutureTask<Void> start = new FutureTask<>(broker::restart, null);
      starts.add(start);
      new Thread(start, "kafka-cluster-start").start();
    }
    for (FutureTask<Void> start : starts) {
      try {
        start.get();
      } catch (ExecutionException e) {
        throw new EventsException("a broker of the cluster did not start", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EventsException("interrupted while the cluster started", e);
      }
    }
  }

  /** Where clients connect: all brokers. */
  public String bootstrapServers() {
    return brokers.stream().map(KafkaBroker::bootstrapServers).collect(Collectors.joining(","));
  }

  /** The brokers, in the order of their ids, from 1. */
  public List<KafkaBroker> brokers() {
    return brokers;
  }

  /** Creates a topic with the brokers' defaults: {@link #createTopic(String, int, Map)}. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /**
   * Creates a topic, and returns when every partition of it serves clients.
   *
   * @throws EventsException if the cluster refuses, or does not answer within 30 s
   */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    TopicCreation.create(bootstrapServers(), name, partitions, configs, TOPIC_TIMEOUT);
  }

  /**
   * The broker that leads a partition now.
   *
   * @throws EventsException if there is no such partition, or it has no leader now
   */
  public KafkaBroker leaderOf(String topic, int partition) {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
      Node leader =
          admin
              .describeTopics(List.of(topic))
              .topicNameValues()
              .values()
              .iterator()
              .next()
              .get()
              .partitions()
              .get(partition)
              .leader();
      if (leader == null || leader.isEmpty()) {
        throw new EventsException("%s-%d has no leader now".formatted(topic, partition));
      }
      return brokers.get(leader.id() - 1);
    } catch (ExecutionException e) {
      throw new EventsException(
          "can't tell the leader of %s-%d".formatted(topic, partition), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EventsException("interrupted while asking for a leader", e);
    }
  }

  /** Ends all brokers, at once, and removes their files. */
  @Override
  public void close() {
    brokers.forEach(KafkaBroker::close);
  }

  @Override
  public String toString() {
    return "Kafka cluster " + bootstrapServers();
  }
}
