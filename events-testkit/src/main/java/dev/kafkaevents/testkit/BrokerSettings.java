package dev.kafkaevents.testkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** What a node needs to be a broker at all, and what makes it quick. */
final class BrokerSettings {
  private static final Set<String> OURS =
      Set.of(
          "process.roles",
          "node.id",
          "broker.id",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers",
          "controller.listener.names",
          "listeners",
          "listener.security.protocol.map",
          "log.dir",
          "log.dirs",
          "metadata.log.dir");

  /** For {@code BrokerMain} alone; Kafka has it in the directory it formats. */
  private static final String CLUSTER_ID = "cluster.id";

  private BrokerSettings() {}

  static void refuseOurs(String name) {
    if (OURS.contains(name)) {
      throw new IllegalArgumentException(
          "setting %s is KafkaBroker's own: it chooses node, ports and directories; leave it out"
              .formatted(name));
    }
  }

  /**
   * @param authenticating whether it has a listener for clients that do
   */
  static Properties of(
      BrokerNode node, Path data, boolean authenticating, Map<String, String> overrides) {
    Properties settings = new Properties();
    settings.putAll(node(node, data));
    if (authenticating) {
      settings.putAll(saslListener(settings, node.ports()));
    }
    if (!node.clusterId().isEmpty()) {
      settings.put(CLUSTER_ID, node.clusterId());
    }
    settings.putAll(replication(node));
    settings.putAll(promptGroups());
    settings.putAll(smallAndStrict());
    settings.putAll(overrides);
    return settings;
  }

  private static Map<String, String> node(BrokerNode node, Path data) {
    BrokerPorts ports = node.ports();
    return Map.of(
        "process.roles", "broker,controller",
        "node.id", Integer.toString(node.id()),
        "controller.quorum.voters", node.voters(),
        "controller.listener.names", "CONTROLLER",
        "listeners",
            "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                .formatted(ports.clients(), ports.controller()),
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs", data.toString());
  }

  /**
   * The passwords are not here: Kafka keeps what it needs of them, and no more, in its metadata.
   */
  private static Map<String, String> saslListener(Properties node, BrokerPorts ports) {
    String login = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    return Map.of(
        "listeners",
        node.getProperty("listeners") + ",SASL://127.0.0.1:%d".formatted(ports.sasl()),
        "listener.security.protocol.map",
        node.getProperty("listener.security.protocol.map") + ",SASL:SASL_PLAINTEXT",
        "listener.name.sasl.sasl.enabled.mechanisms",
        "SCRAM-SHA-256,SCRAM-SHA-512",
        "listener.name.sasl.scram-sha-256.sasl.jaas.config",
        login,
        "listener.name.sasl.scram-sha-512.sasl.jaas.config",
        login);
  }

  /**
   * The defaults ask for three brokers; without them share groups deliver nothing and transactions
   * time out.
   */
  private static Properties replication(BrokerNode node) {
    String replicas = Integer.toString(node.replicas());
    String minInSync = Integer.toString(node.minInSync());
    Properties settings = new Properties();
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", minInSync);
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(topic + ".replication.factor", replicas);
      settings.put(topic + ".num.partitions", "1");
    }
    settings.put("transaction.state.log.min.isr", minInSync);
    settings.put("share.coordinator.state.topic.min.isr", minInSync);
    return settings;
  }

  /** A member that joins has its partitions in tenths of a second, not after 3 to 10 s. */
  private static Properties promptGroups() {
    Properties settings = new Properties();
    settings.put("group.initial.rebalance.delay.ms", "0");
    for (String group : List.of("group.consumer", "group.share")) {
      settings.put(group + ".min.heartbeat.interval.ms", "100");
      settings.put(group + ".heartbeat.interval.ms", "100");
      settings.put(group + ".min.assignment.interval.ms", "0");
      settings.put(group + ".assignment.interval.ms", "0");
    }
    return settings;
  }

  /**
   * Short sessions, since a restart after a kill waits for the dead one's; small buffers and
   * indexes, of which each partition allocates two; and topics only on request.
   */
  private static Map<String, String> smallAndStrict() {
    return Map.of(
        "broker.session.timeout.ms", "1000",
        "broker.heartbeat.interval.ms", "100",
        "log.cleaner.dedupe.buffer.size", "2097152",
        "log.index.size.max.bytes", "1048576",
        "auto.create.topics.enable", "false");
  }
}
