package dev.kafkaevents.core;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of Kafka's clients: our defaults, over them what the user passes through, over
 * that what our promises rest on. {@link EventsConfig} has already refused what may not be passed
 * through.
 */
final class ClientSettings {
  private static final Logger LOG = LoggerFactory.getLogger(ClientSettings.class);

  /** Kafka's clients register themselves by their id, which must differ within a JVM. */
  private static final AtomicInteger CLIENTS = new AtomicInteger();

  private final EventsConfig config;

  private ClientSettings(EventsConfig config) {
    this.config = config;
  }

  /**
   * Checks everything that can be checked without a broker.
   *
   * @throws EventsConfigException with all values that Kafka's clients refuse
   */
  static ClientSettings of(EventsConfig config) {
    ClientSettings settings = new ClientSettings(config);
    List<String> problems = new ArrayList<>();
    check(
        "kafka.producer",
        ProducerConfig.configDef(),
        settings.producer(),
        config.producer(),
        problems);
    check(
        "kafka.consumer",
        ConsumerConfig.configDef(),
        settings.consumer("check", null),
        config.consumer(),
        problems);
    if (!problems.isEmpty()) {
      throw new EventsConfigException(problems);
    }
    settings.warnOfUnknown();
    return settings;
  }

  /** The same for what is in no hurry: with all the time that Kafka's producer can have. */
  ClientSettings withoutDeadline() {
    return new ClientSettings(config.withPublishTimeout(Duration.ofHours(596)));
  }

  Map<String, Object> producer() {
    Map<String, Object> map = new HashMap<>();
    map.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    // With "rebootstrap", Kafka's default, an outage drops the known topics and so blocks every
    // caller of send.
    map.put("metadata.recovery.strategy", "none");
    map.putAll(config.producer());
    map.put(ProducerConfig.ACKS_CONFIG, "all");
    map.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    map.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        Math.toIntExact(config.publishTimeout().toMillis()));
    capRequestTimeout(map);
    map.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    map.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return common(map, "producer");
  }

  /**
   * Kafka refuses a delivery time-out below linger plus request time-out; only a short one needs
   * this.
   */
  private void capRequestTimeout(Map<String, Object> map) {
    long publishTimeout = config.publishTimeout().toMillis();
    if (publishTimeout <= 30_000
        && !config.producer().containsKey(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)) {
      map.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, (int) (publishTimeout / 2)));
    }
  }

  Map<String, Object> consumer(String group, @Nullable String instanceId) {
    Map<String, Object> map = new HashMap<>();
    map.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    map.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    map.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    if (!isOfNewerProtocol()) {
      map.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          List.of(CooperativeStickyAssignor.class.getName()));
    }
    map.putAll(config.consumer());
    map.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    if (instanceId != null) {
      map.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
    }
    map.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    map.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    map.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return common(map, group);
  }

  /** Whether groups are those of KIP-848. */
  boolean isOfNewerProtocol() {
    return "consumer".equalsIgnoreCase(config.consumer().get(ConsumerConfig.GROUP_PROTOCOL_CONFIG));
  }

  /** Gives up as a subscription that starts does. */
  Map<String, Object> admin() {
    Map<String, Object> map = new HashMap<>(config.admin());
    map.remove(ProducerConfig.CLIENT_ID_CONFIG);
    int timeout = Math.toIntExact(config.startTimeout().toMillis());
    map.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
    map.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
    return common(map, "admin");
  }

  private Map<String, Object> common(Map<String, Object> map, String role) {
    map.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    map.computeIfAbsent(
        ProducerConfig.CLIENT_ID_CONFIG,
        name -> config.application() + "-" + role + "-" + CLIENTS.incrementAndGet());
    return map;
  }

  private static void check(
      String prefix,
      ConfigDef def,
      Map<String, Object> map,
      Map<String, String> passedThrough,
      List<String> problems) {
    Map<String, String> texts = new HashMap<>();
    passedThrough.keySet().forEach(name -> texts.put(name, String.valueOf(map.get(name))));
    def.validateAll(texts)
        .forEach(
            (name, value) -> {
              // A value of the wrong type is reported a second time, as missing.
              if (passedThrough.containsKey(name) && !value.errorMessages().isEmpty()) {
                problems.add(prefix + "." + name + ": " + value.errorMessages().get(0));
              }
            });
  }

  private void warnOfUnknown() {
    Set<String> producerNames = ProducerConfig.configNames();
    Set<String> consumerNames = ConsumerConfig.configNames();
    for (String name : config.kafka().keySet()) {
      if (!producerNames.contains(name) && !consumerNames.contains(name)) {
        LOG.atWarn()
            .addKeyValue("event", "setting_unknown")
            .addKeyValue("setting", "kafka." + name)
            .log(
                "kafka.{} is not a name that Kafka's clients know; it is passed to them all the same",
                name);
      }
    }
    warnOfUnknown("producer", config.producer(), producerNames);
    warnOfUnknown("consumer", config.consumer(), consumerNames);
  }

  private void warnOfUnknown(String client, Map<String, String> passedThrough, Set<String> known) {
    for (String name : passedThrough.keySet()) {
      if (!known.contains(name) && !config.kafka().containsKey(name)) {
        LOG.atWarn()
            .addKeyValue("event", "setting_unknown")
            .addKeyValue("setting", "kafka." + client + "." + name)
            .log(
                "kafka.{}.{} is not a name that Kafka's {} knows; it is passed on all the same",
                client,
                name,
                client);
      }
    }
  }
}
