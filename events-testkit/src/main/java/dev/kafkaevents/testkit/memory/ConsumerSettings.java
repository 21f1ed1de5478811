package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.RebalanceProtocol;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The configuration of a consumer, judged by Kafka's own rules. */
final class ConsumerSettings {
  private static final long BROKERS_SESSION_MILLIS = 45_000;

  private final ConsumerConfig config;
  final String clientId;
  final @Nullable String group;
  final @Nullable String instance;
  final boolean assignedByBroker;
  final String remoteAssignor;
  final boolean committedOnly;
  final boolean autoCommit;
  final long autoCommitNanos;
  final int maxPollRecords;
  final int partitionFetchBytes;
  final int fetchBytes;
  final long maxPollNanos;
  final long sessionNanos;
  final long metadataNanos;
  final Duration apiTimeout;
  final boolean excludeInternalTopics;
  final Reset reset;
  final List<ConsumerPartitionAssignor> assignors;

  /** Whether a rebalance takes away only what moves. */
  final boolean cooperative;

  ConsumerSettings(
      Map<String, Object> given, @Nullable Deserializer<?> keys, @Nullable Deserializer<?> values) {
    Map<String, Object> map = new HashMap<>(given);
    map.putIfAbsent(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, Broker.ADDRESS);
    config = new ConsumerConfig(ConsumerConfig.appendDeserializerToConfig(map, keys, values));
    if (!config.getList(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG).isEmpty()) {
      throw new NotModelledException(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
    }
    clientId = config.getString(ConsumerConfig.CLIENT_ID_CONFIG);
    group = config.getString(ConsumerConfig.GROUP_ID_CONFIG);
    instance = config.getString(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    assignedByBroker =
        config
            .getString(ConsumerConfig.GROUP_PROTOCOL_CONFIG)
            .toLowerCase(Locale.ROOT)
            .equals("consumer");
    String remote = config.getString(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
    remoteAssignor = remote == null ? "uniform" : remote;
    if (!List.of("uniform", "range").contains(remoteAssignor)) {
      throw new NotModelledException(
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG + "=" + remoteAssignor);
    }
    committedOnly =
        config
            .getString(ConsumerConfig.ISOLATION_LEVEL_CONFIG)
            .toLowerCase(Locale.ROOT)
            .equals("read_committed");
    autoCommit = group != null && config.getBoolean(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
    autoCommitNanos = nanos(config.getInt(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG));
    maxPollRecords = config.getInt(ConsumerConfig.MAX_POLL_RECORDS_CONFIG);
    partitionFetchBytes = config.getInt(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG);
    fetchBytes = config.getInt(ConsumerConfig.FETCH_MAX_BYTES_CONFIG);
    maxPollNanos = nanos(config.getInt(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG));
    sessionNanos =
        nanos(
            assignedByBroker
                ? BROKERS_SESSION_MILLIS
                : config.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG));
    metadataNanos = nanos(config.getLong(ConsumerConfig.METADATA_MAX_AGE_CONFIG));
    apiTimeout = Duration.ofMillis(config.getInt(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
    excludeInternalTopics = config.getBoolean(ConsumerConfig.EXCLUDE_INTERNAL_TOPICS_CONFIG);
    reset = Reset.of(config.getString(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
    requireHeartbeats();
    assignors = assignedByBroker || group == null ? List.of() : assignors();
    cooperative =
        !assignors.isEmpty()
            && assignors.stream()
                .allMatch(a -> a.supportedProtocols().contains(RebalanceProtocol.COOPERATIVE));
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void requireHeartbeats() {
    if (!assignedByBroker
        && group != null
        && config.getInt(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG)
            >= config.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)) {
      throw new KafkaException(
          "Failed to construct kafka consumer",
          new IllegalArgumentException("Heartbeat must be set lower than the session timeout"));
    }
  }

  private List<ConsumerPartitionAssignor> assignors() {
    try {
      return ConsumerPartitionAssignor.getAssignorInstances(
          config.getList(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG),
          config.originals(Map.of(ConsumerConfig.CLIENT_ID_CONFIG, clientId)));
    } catch (KafkaException e) {
      throw new KafkaException("Failed to construct kafka consumer", e);
    }
  }

  /** The given deserializer as it is, or else a configured one. */
  @SuppressWarnings("unchecked") // as Kafka's consumer does
  <T> Deserializer<T> deserializer(@Nullable Deserializer<T> given, String name, boolean isKey) {
    if (given != null) {
      config.ignore(name);
      return given;
    }
    try {
      Deserializer<T> made =
          (Deserializer<T>) config.getConfiguredInstance(name, Deserializer.class);
      made.configure(config.originals(Map.of(ConsumerConfig.CLIENT_ID_CONFIG, clientId)), isKey);
      return made;
    } catch (KafkaException e) {
      throw new KafkaException("Failed to construct kafka consumer", e);
    }
  }

  /** A static member only falls silent, unless told otherwise. */
  boolean leaves(GroupMembershipOperation operation) {
    return switch (operation) {
      case LEAVE_GROUP -> true;
      case REMAIN_IN_GROUP -> false;
      case DEFAULT -> instance == null;
    };
  }
}
