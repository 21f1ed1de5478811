package dev.kafkaevents;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an application is called, which cluster it uses, and how: our settings, and any of Kafka's.
 * Immutable, and safe for use by many threads: {@code withX} returns a changed copy.
 *
 * <pre>{@code
 * EventsConfig.of("shop", "localhost:9092")
 *     .withCloseTimeout(Duration.ofSeconds(10))
 *     .withKafka("security.protocol", "SASL_SSL")
 *     .withProducer("linger.ms", "20");
 * }</pre>
 *
 * <p>For {@link #from} and {@link #load} the same settings have names. Any other name that starts
 * with {@code events.} is refused:
 *
 * <table>
 * <caption>Names</caption>
 * <tr><th>name<th>default<th>in code
 * <tr><td>{@code events.application}<td>none<td>{@link #of}
 * <tr><td>{@code events.source}<td>the application<td>{@link #withSource}
 * <tr><td>{@code events.publish-timeout}<td>2 minutes<td>{@link #withPublishTimeout}
 * <tr><td>{@code events.start-timeout}<td>30 seconds<td>{@link #withStartTimeout}
 * <tr><td>{@code events.close-timeout}<td>30 seconds<td>{@link #withCloseTimeout}
 * <tr><td>{@code kafka.bootstrap.servers}<td>none<td>{@link #of}
 * <tr><td>{@code kafka.}<i>key</i><td>Kafka's<td>{@link #withKafka}
 * <tr><td>{@code kafka.producer.}<i>key</i><td>Kafka's<td>{@link #withProducer}
 * <tr><td>{@code kafka.consumer.}<i>key</i><td>Kafka's<td>{@link #withConsumer}
 * <tr><td>{@code kafka.admin.}<i>key</i><td>Kafka's<td>{@link #withAdmin}
 * </table>
 *
 * <p>Durations are written {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h} or {@code PT5S}.
 *
 * <p>As an environment variable, {@code events.close-timeout} is {@code EVENTS_CLOSE_TIMEOUT}, and
 * {@code kafka.producer.linger.ms} is {@code EVENTS_KAFKA_PRODUCER_LINGER_MS}. These are also read
 * without our prefix, and no others: {@code KAFKA_BOOTSTRAP_SERVERS}, {@code
 * KAFKA_SECURITY_PROTOCOL}, {@code KAFKA_SASL_*}, {@code KAFKA_SSL_*} and {@code
 * KAFKA_CLIENT_RACK}. What container platforms add for a service called {@code events} or {@code
 * kafka}, such as {@code EVENTS_PORT}, is left alone.
 *
 * <p>What is set in code counts over system properties, those over environment variables, those
 * over the map, and that over the defaults. A key for one kind of client counts over the same key
 * for all, wherever they are from.
 *
 * <p>Kafka's keys are passed on as they are, but for those that our promises depend on, which are
 * refused with the reason: {@code bootstrap.servers}, {@code group.id}, {@code enable.auto.commit},
 * {@code acks}, {@code enable.idempotence}, {@code delivery.timeout.ms}, {@code transactional.id}
 * and the serializers and deserializers of keys and values.
 */
public final class EventsConfig {
  private final SortedMap<String, Setting> settings;

  private EventsConfig(SortedMap<String, Setting> settings) {
    this.settings = settings;
  }

  /**
   * The defaults.
   *
   * @param application what the application is called, in letters, digits, '.', '_' and '-'
   * @param bootstrapServers {@code host:port}, or several with commas between
   * @throws EventsConfigException if one of them can't be used
   */
  public static EventsConfig of(String application, String bootstrapServers) {
    requireNonNull(application, "application");
    requireNonNull(bootstrapServers, "bootstrapServers");
    return new EventsConfig(
        new ConfigReader()
            .put(OwnSetting.APPLICATION.with(application, Setting.CODE))
            .put(OwnSetting.BOOTSTRAP_SERVERS.with(bootstrapServers, Setting.CODE))
            .settings());
  }

  /**
   * What a host has read from its files: the names of the table above and no others.
   *
   * @throws EventsConfigException with everything that is wrong
   */
  public static EventsConfig from(Map<String, String> map) {
    return new EventsConfig(new ConfigReader().map(map).settings());
  }

  /**
   * What the environment variables and the system properties of this process say.
   *
   * @throws EventsConfigException with everything that is wrong
   */
  public static EventsConfig load() {
    return load(Map.of());
  }

  /**
   * As {@link #load()}, and {@code defaults} for what they leave unsaid: the names of the table
   * above and no others.
   *
   * @throws EventsConfigException with everything that is wrong
   */
  public static EventsConfig load(Map<String, String> defaults) {
    return load(defaults, System.getenv(), System.getProperties());
  }

  static EventsConfig load(
      Map<String, String> defaults, Map<String, String> environment, Properties systemProperties) {
    return new EventsConfig(
        new ConfigReader()
            .map(defaults)
            .environment(environment)
            .systemProperties(systemProperties)
            .settings());
  }

  /**
   * With the source of the events it publishes: a URI-reference that is not empty. Default: the
   * application.
   */
  public EventsConfig withSource(String source) {
    return with(OwnSetting.SOURCE, requireNonNull(source, "source"));
  }

  /**
   * With the time a publish has until its outcome is known, retries by Kafka included. From 1 ms to
   * 596 h. Default: 2 minutes. Kafka calls it {@code delivery.timeout.ms}.
   */
  public EventsConfig withPublishTimeout(Duration publishTimeout) {
    return with(OwnSetting.PUBLISH_TIMEOUT, publishTimeout.toString());
  }

  /**
   * With the time a subscription has to reach the cluster and find its topic before it fails. From
   * 1 ms to 596 h. Default: 30 seconds.
   */
  public EventsConfig withStartTimeout(Duration startTimeout) {
    return with(OwnSetting.START_TIMEOUT, startTimeout.toString());
  }

  /**
   * With the time that closing may take if {@code close()} is not given one. From 0, which waits
   * for nothing, to 596 h. Default: 30 seconds.
   */
  public EventsConfig withCloseTimeout(Duration closeTimeout) {
    return with(OwnSetting.CLOSE_TIMEOUT, closeTimeout.toString());
  }

  /** With one of Kafka's own settings, for all of its clients. */
  public EventsConfig withKafka(String key, String value) {
    return with(KafkaKeys.COMMON, key, value);
  }

  /** With one of Kafka's own settings, for producers. */
  public EventsConfig withProducer(String key, String value) {
    return with(KafkaKeys.PRODUCER, key, value);
  }

  /** With one of Kafka's own settings, for consumers. */
  public EventsConfig withConsumer(String key, String value) {
    return with(KafkaKeys.CONSUMER, key, value);
  }

  /** With one of Kafka's own settings, for admin clients. */
  public EventsConfig withAdmin(String key, String value) {
    return with(KafkaKeys.ADMIN, key, value);
  }

  /** What the application is called. */
  public String application() {
    return valueOf(OwnSetting.APPLICATION);
  }

  /** Where the cluster is: {@code host:port}, or several with commas between. */
  public String bootstrapServers() {
    return valueOf(OwnSetting.BOOTSTRAP_SERVERS);
  }

  /** The source of the events it publishes. */
  public String source() {
    return valueOf(OwnSetting.SOURCE);
  }

  /** How long a publish has until its outcome is known. */
  public Duration publishTimeout() {
    return durationOf(OwnSetting.PUBLISH_TIMEOUT);
  }

  /** How long a subscription has to reach the cluster and find its topic. */
  public Duration startTimeout() {
    return durationOf(OwnSetting.START_TIMEOUT);
  }

  /** How long closing may take. */
  public Duration closeTimeout() {
    return durationOf(OwnSetting.CLOSE_TIMEOUT);
  }

  /**
   * Kafka's own settings for all clients, without the bootstrap servers. Secrets are in the clear.
   * Immutable.
   */
  public Map<String, String> kafka() {
    return keysFor(KafkaKeys.COMMON);
  }

  /** Kafka's own settings for producers: those for all clients among them. As {@link #kafka}. */
  public Map<String, String> producer() {
    return keysFor(KafkaKeys.PRODUCER);
  }

  /** Kafka's own settings for consumers: those for all clients among them. As {@link #kafka}. */
  public Map<String, String> consumer() {
    return keysFor(KafkaKeys.CONSUMER);
  }

  /**
   * Kafka's own settings for admin clients: those for all clients among them. As {@link #kafka}.
   */
  public Map<String, String> admin() {
    return keysFor(KafkaKeys.ADMIN);
  }

  /**
   * Everything that is set, defaults included, to be logged: a line for each, sorted, as {@code
   * name = value (source)}, with {@code ****} in place of secrets.
   */
  public String describe() {
    return settings.values().stream().map(Setting::toString).collect(joining("\n"));
  }

  /** On one line, without Kafka's own settings. */
  @Override
  public String toString() {
    return settings.values().stream()
        .filter(setting -> OwnSetting.of(setting.name()) != null)
        .map(Setting::toString)
        .collect(joining(", "));
  }

  private EventsConfig with(OwnSetting own, String value) {
    Setting setting = own.with(value, Setting.CODE);
    return with(setting, own.problem(setting));
  }

  private EventsConfig with(String prefix, String key, String value) {
    requireNonNull(key, "key");
    Setting setting = new Setting(prefix + key, requireNonNull(value, "value"), Setting.CODE);
    return with(setting, KafkaKeys.problem(setting));
  }

  private EventsConfig with(Setting setting, @Nullable String problem) {
    if (problem != null) {
      throw new EventsConfigException(List.of(problem));
    }
    SortedMap<String, Setting> changed = new TreeMap<>(settings);
    changed.put(setting.name(), setting);
    return new EventsConfig(changed);
  }

  private String valueOf(OwnSetting own) {
    return requireNonNull(settings.get(own.dotted)).value();
  }

  private Duration durationOf(OwnSetting own) {
    return requireNonNull(ConfigValues.toDuration(valueOf(own)));
  }

  /** The keys after {@code prefix}, over those for all clients. */
  private Map<String, String> keysFor(String prefix) {
    Map<String, String> keys = new TreeMap<>();
    for (String layer : List.of(KafkaKeys.COMMON, prefix)) {
      for (Setting setting : settings.values()) {
        if (KafkaKeys.isFor(layer, setting)) {
          keys.put(setting.name().substring(layer.length()), setting.value());
        }
      }
    }
    return Collections.unmodifiableMap(keys);
  }
}
