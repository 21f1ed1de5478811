package dev.kafkaevents;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings that are Kafka's own: whom they are for, and which are not the application's to set.
 */
final class KafkaKeys {
  /** For all clients. */
  static final String COMMON = "kafka.";

  static final String PRODUCER = "kafka.producer.";
  static final String CONSUMER = "kafka.consumer.";
  static final String ADMIN = "kafka.admin.";

  private static final String SERDE =
      "records are read and written as bytes; install a Serde.Factory";
  private static final String STORED =
      "a successful publish is stored on all in-sync replicas; leave it out";

  /** Keys that what we promise depends on: each with the reason and the way out. */
  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry(
              "enable.auto.commit",
              "offsets are committed when their records are settled; leave it out"),
          Map.entry(
              "group.id", "every subscription has its own; name it with SubscribeOptions.group"),
          Map.entry("key.serializer", SERDE),
          Map.entry("value.serializer", SERDE),
          Map.entry("key.deserializer", SERDE),
          Map.entry("value.deserializer", SERDE),
          Map.entry("transactional.id", "publishing takes part in no transaction; leave it out"),
          Map.entry("acks", STORED),
          Map.entry("enable.idempotence", STORED),
          Map.entry(
              "delivery.timeout.ms",
              "it is the publish timeout; use withPublishTimeout or events.publish-timeout"),
          Map.entry(
              "bootstrap.servers",
              "all clients use one; name it with EventsConfig.of or kafka.bootstrap.servers"));

  private KafkaKeys() {}

  /** Whether {@code setting} has a key to hand to the clients that {@code prefix} stands for. */
  static boolean isFor(String prefix, Setting setting) {
    return setting.name().startsWith(COMMON)
        && prefixOf(setting.name()).equals(prefix)
        && OwnSetting.of(setting.name()) == null;
  }

  /** Why the application may not make this setting, as one line; null if it may. */
  static @Nullable String problem(Setting setting) {
    String prefix = prefixOf(setting.name());
    String key = setting.name().substring(prefix.length());
    if (key.isBlank()) {
      return setting.title() + " names no key; Kafka's key comes after " + prefix;
    }
    String reason = OURS.get(key);
    return reason == null ? null : setting.problem("must not be set: " + reason);
  }

  /** What says which clients it is for. What follows is Kafka's key. */
  private static String prefixOf(String name) {
    for (String prefix : List.of(PRODUCER, CONSUMER, ADMIN)) {
      if (name.startsWith(prefix)) {
        return prefix;
      }
    }
    return COMMON;
  }
}
