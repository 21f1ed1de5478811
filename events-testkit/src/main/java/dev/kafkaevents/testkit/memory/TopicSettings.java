package dev.kafkaevents.testkit.memory;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/** The configuration of a topic. Immutable. */
final class TopicSettings {
  /** What is modelled, with Kafka's defaults. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG, "delete",
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1048588",
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE),
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, "3600000",
          TopicConfig.RETENTION_MS_CONFIG, "604800000",
          TopicConfig.DELETE_RETENTION_MS_CONFIG, "86400000");

  /** What changes nothing that a client of one broker could see. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          TopicConfig.SEGMENT_BYTES_CONFIG,
          TopicConfig.SEGMENT_MS_CONFIG,
          TopicConfig.SEGMENT_JITTER_MS_CONFIG,
          TopicConfig.SEGMENT_INDEX_BYTES_CONFIG,
          TopicConfig.INDEX_INTERVAL_BYTES_CONFIG,
          TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
          TopicConfig.FLUSH_MS_CONFIG,
          TopicConfig.FILE_DELETE_DELAY_MS_CONFIG,
          TopicConfig.PREALLOCATE_CONFIG,
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
          TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
          TopicConfig.RETENTION_BYTES_CONFIG,
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG);

  private final Map<String, String> values;
  private final Set<String> cleanup;
  private final int maxMessageBytes;
  private final boolean appendTime;
  private final long timestampBefore;
  private final long timestampAfter;
  private final long retention;
  private final long tombstones;

  /**
   * Reads what was given.
   *
   * @throws InvalidConfigurationException for what a broker refuses
   * @throws NotModelledException for what a broker would heed and this one would not
   */
  TopicSettings(String topic, Map<String, String> given) {
    given.forEach((name, value) -> check(topic, name, value));
    values = new TreeMap<>(given);
    cleanup =
        Stream.of(value(TopicConfig.CLEANUP_POLICY_CONFIG).split(","))
            .map(String::trim)
            .filter(policy -> !policy.isEmpty())
            .collect(Collectors.toSet());
    if (!Set.of("delete", "compact").containsAll(cleanup)) {
      throw invalid(topic, TopicConfig.CLEANUP_POLICY_CONFIG, "one or both of delete and compact");
    }
    String type = value(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    if (!List.of("CreateTime", "LogAppendTime").contains(type)) {
      throw invalid(
          topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime or LogAppendTime");
    }
    appendTime = type.equals("LogAppendTime");
    maxMessageBytes = Math.toIntExact(number(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 0));
    timestampBefore = number(topic, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, 0);
    timestampAfter = number(topic, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, 0);
    retention = number(topic, TopicConfig.RETENTION_MS_CONFIG, -1);
    tombstones = number(topic, TopicConfig.DELETE_RETENTION_MS_CONFIG, 0);
  }

  private static void check(String topic, String name, @Nullable String value) {
    if (DEFAULTS.containsKey(name) || WITHOUT_EFFECT.contains(name)) {
      if (value == null) {
        throw new InvalidConfigurationException(
            "Null value not supported for topic configs: " + name + " of topic " + topic);
      }
      return;
    }
    if (name.equals(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG) && "1".equals(value)) {
      return;
    }
    if (KNOWN.contains(name)) {
      throw new NotModelledException("topic " + topic + ": " + name + "=" + value);
    }
    throw new InvalidConfigurationException("Unknown topic config name: " + name);
  }

  private static final Set<String> KNOWN = known();

  private static Set<String> known() {
    return Stream.of(TopicConfig.class.getFields())
        .filter(field -> field.getName().endsWith("_CONFIG"))
        .map(TopicSettings::text)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String text(Field field) {
    try {
      return String.valueOf(field.get(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private long number(String topic, String name, long least) {
    try {
      long number = Long.parseLong(value(name));
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw invalid(topic, name, "a number, at least " + least);
  }

  private InvalidConfigurationException invalid(String topic, String name, String allowed) {
    return new InvalidConfigurationException(
        "Invalid value "
            + value(name)
            + " for configuration "
            + name
            + " of topic "
            + topic
            + ": must be "
            + allowed);
  }

  private String value(String name) {
    String value = values.getOrDefault(name, DEFAULTS.get(name));
    return value == null ? "" : value;
  }

  boolean compacted() {
    return cleanup.contains("compact");
  }

  boolean expiring() {
    return cleanup.contains("delete");
  }

  boolean appendTime() {
    return appendTime;
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  long retentionMillis() {
    return retention;
  }

  long tombstoneMillis() {
    return tombstones;
  }

  boolean accepts(long timestamp, long now) {
    return appendTime
        || ((timestampBefore == Long.MAX_VALUE || now - timestamp <= timestampBefore)
            && timestamp - now <= timestampAfter);
  }

  /** With the values of {@code changes}; a null value is back to the default. */
  TopicSettings with(String topic, Map<String, @Nullable String> changes) {
    Map<String, String> changed = new HashMap<>(values);
    changes.forEach(
        (name, value) -> {
          if (value == null) {
            changed.remove(name);
          } else {
            changed.put(name, value);
          }
        });
    return new TopicSettings(topic, changed);
  }

  /** Those that were given. */
  Map<String, String> given() {
    return values;
  }

  /** All that are modelled. */
  Map<String, String> all() {
    Map<String, String> all = new TreeMap<>(DEFAULTS);
    all.putAll(values);
    return all;
  }
}
