package dev.kafkaevents.testkit;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One broker among those of its cluster.
 *
 * @param id from 1
 * @param cluster the ports of all, in the order of their ids
 * @param clusterId the same for all; empty if this one is alone and may choose
 */
record BrokerNode(int id, List<BrokerPorts> cluster, String clusterId) {
  static BrokerNode alone(BrokerPorts ports) {
    return new BrokerNode(1, List.of(ports), "");
  }

  BrokerPorts ports() {
    return cluster.get(id - 1);
  }

  String voters() {
    return IntStream.rangeClosed(1, cluster.size())
        .mapToObj(node -> node + "@127.0.0.1:" + cluster.get(node - 1).controller())
        .collect(Collectors.joining(","));
  }

  /** How many replicas a topic has: one on each broker, three at most. */
  int replicas() {
    return Math.min(3, cluster.size());
  }

  /** How many must have a record before it is acknowledged: all but one. */
  int minInSync() {
    return Math.max(1, replicas() - 1);
  }
}
