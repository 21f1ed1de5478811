package dev.kafkaevents.testkit.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** The configuration of a producer, judged by Kafka's own rules. */
final class ProducerSettings {
  private final ProducerConfig config;
  final String clientId;
  final long maxBlockNanos;
  final long lingerNanos;
  final long deliveryNanos;
  final int batchSize;
  final int maxRequestSize;
  final long bufferMemory;
  final long metadataNanos;
  final boolean noAcks;
  final boolean ignoreKeys;
  final boolean compressed;
  final @Nullable String transactionalId;
  final long transactionNanos;

  ProducerSettings(
      Map<String, Object> given, @Nullable Serializer<?> keys, @Nullable Serializer<?> values) {
    Map<String, Object> map = new HashMap<>(given);
    map.putIfAbsent(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, Broker.ADDRESS);
    if (keys != null) {
      map.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, keys.getClass());
    } else if (map.get(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG) == null) {
      throw new ConfigException(
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, null, "must be non-null.");
    }
    if (values != null) {
      map.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, values.getClass());
    } else if (map.get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG) == null) {
      throw new ConfigException(
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, null, "must be non-null.");
    }
    config = new ProducerConfig(map);
    refuseUnmodelled();
    clientId = config.getString(ProducerConfig.CLIENT_ID_CONFIG);
    maxBlockNanos = nanos(config.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG));
    lingerNanos = nanos(config.getLong(ProducerConfig.LINGER_MS_CONFIG));
    deliveryNanos = nanos(deliveryMillis());
    batchSize = config.getInt(ProducerConfig.BATCH_SIZE_CONFIG);
    maxRequestSize = config.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    bufferMemory = config.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG);
    metadataNanos = nanos(config.getLong(ProducerConfig.METADATA_MAX_AGE_CONFIG));
    noAcks = config.getString(ProducerConfig.ACKS_CONFIG).equals("0");
    ignoreKeys = config.getBoolean(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG);
    compressed = !config.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG).equals("none");
    transactionalId = config.getString(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    transactionNanos = nanos(config.getInt(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG));
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private long deliveryMillis() {
    long delivery = config.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
    long least =
        config.getLong(ProducerConfig.LINGER_MS_CONFIG)
            + config.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    if (delivery >= least) {
      return delivery;
    }
    if (config.originals().containsKey(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)) {
      throw new KafkaException(
          "Failed to construct kafka producer",
          new ConfigException(
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG
                  + " should be equal to or larger than "
                  + ProducerConfig.LINGER_MS_CONFIG
                  + " + "
                  + ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG));
    }
    return least;
  }

  private void refuseUnmodelled() {
    if (!config.getList(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG).isEmpty()) {
      throw new NotModelledException(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
    }
    if (config.getBoolean(ProducerConfig.TRANSACTION_TWO_PHASE_COMMIT_ENABLE_CONFIG)) {
      throw new NotModelledException(ProducerConfig.TRANSACTION_TWO_PHASE_COMMIT_ENABLE_CONFIG);
    }
  }

  boolean isTransactional() {
    return transactionalId != null;
  }

  /** The configured partitioner, or null for Kafka's own. */
  @Nullable Partitioner partitioner() {
    try {
      return config.getConfiguredInstance(
          ProducerConfig.PARTITIONER_CLASS_CONFIG,
          Partitioner.class,
          Map.of(ProducerConfig.CLIENT_ID_CONFIG, clientId));
    } catch (KafkaException e) {
      throw new KafkaException("Failed to construct kafka producer", e);
    }
  }

  /** The given serializer as it is, or else a configured one. */
  @SuppressWarnings("unchecked") // as Kafka's producer does
  <T> Serializer<T> serializer(@Nullable Serializer<T> given, String name, boolean isKey) {
    if (given != null) {
      config.ignore(name);
      return given;
    }
    try {
      Serializer<T> made = (Serializer<T>) config.getConfiguredInstance(name, Serializer.class);
      made.configure(config.originals(Map.of(ProducerConfig.CLIENT_ID_CONFIG, clientId)), isKey);
      return made;
    } catch (KafkaException e) {
      throw new KafkaException("Failed to construct kafka producer", e);
    }
  }
}
