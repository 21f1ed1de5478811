package dev.kafkaevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings by name: maps, the environment and system properties. */
final class EventsConfigSourcesTest {
  private static final Map<String, String> SHOP =
      Map.of("events.application", "shop", "kafka.bootstrap.servers", "map:1");

  @Test
  void from_readsEveryName() {
    EventsConfig config =
        EventsConfig.from(
            Map.ofEntries(
                entry("events.application", "shop"),
                entry("events.source", "/shop"),
                entry("events.publish-timeout", "1m"),
                entry("events.start-timeout", "PT3S"),
                entry("events.close-timeout", "0s"),
                entry("kafka.bootstrap.servers", "a:1"),
                entry("kafka.client.rack", "r"),
                entry("kafka.producer.linger.ms", "20"),
                entry("kafka.consumer.max.poll.records", "10"),
                entry("kafka.admin.retries", "3")));

    assertThat(config.application()).isEqualTo("shop");
    assertThat(config.source()).isEqualTo("/shop");
    assertThat(config.publishTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.startTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.closeTimeout()).isZero();
    assertThat(config.bootstrapServers()).isEqualTo("a:1");
    assertThat(config.kafka()).containsOnly(entry("client.rack", "r"));
    assertThat(config.producer()).containsOnly(entry("client.rack", "r"), entry("linger.ms", "20"));
    assertThat(config.consumer())
        .containsOnly(entry("client.rack", "r"), entry("max.poll.records", "10"));
    assertThat(config.admin()).containsOnly(entry("client.rack", "r"), entry("retries", "3"));
    assertThat(config.describe()).contains("events.close-timeout = 0s (map)");
  }

  @Test
  void load_laterSourcesCountOverEarlierOnes_andCodeOverAll() {
    EventsConfig config =
        load(
            Map.of(
                "events.application", "map",
                "kafka.bootstrap.servers", "map:1",
                "kafka.client.rack", "map",
                "events.close-timeout", "1s",
                "events.start-timeout", "1s"),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "env:1",
                "EVENTS_KAFKA_CLIENT_RACK", "env",
                "EVENTS_CLOSE_TIMEOUT", "2s"),
            Map.of("kafka.client.rack", "property", "events.close-timeout", "3s"));

    assertThat(config.withCloseTimeout(Duration.ofSeconds(4)).describe().lines())
        .containsExactly(
            "events.application = map (map)",
            "events.close-timeout = PT4S (code)",
            "events.publish-timeout = 2m (default)",
            "events.source = map (default)",
            "events.start-timeout = 1s (map)",
            "kafka.bootstrap.servers = env:1 (environment variable KAFKA_BOOTSTRAP_SERVERS)",
            "kafka.client.rack = property (system property)");
  }

  @Test
  void load_aClientsOwnKeyCountsOverTheCommonOne_whereverTheyAreFrom() {
    Map<String, String> map = new HashMap<>(SHOP);
    map.put("kafka.producer.linger.ms", "1");

    EventsConfig config = load(map, Map.of(), Map.of("kafka.linger.ms", "2"));

    assertThat(config.producer()).containsEntry("linger.ms", "1");
    assertThat(config.consumer()).containsEntry("linger.ms", "2");
  }

  @Test
  void load_readsTheSystemPropertiesOfTheProcess() {
    SHOP.forEach(System::setProperty);
    try {
      assertThat(EventsConfig.load().application()).isEqualTo("shop");
      assertThat(EventsConfig.load(Map.of("events.close-timeout", "7s")).describe())
          .contains("kafka.bootstrap.servers = map:1 (system property)");
    } finally {
      SHOP.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void environment_nameOfASetting() {
    EventsConfig config =
        load(
            Map.of(),
            Map.of(
                "EVENTS_APPLICATION", "shop",
                "KAFKA_BOOTSTRAP_SERVERS", "a:1",
                "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "KAFKA_SASL_MECHANISM", "PLAIN",
                "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "",
                "KAFKA_CLIENT_RACK", "r",
                "EVENTS_KAFKA_CLIENT_DNS_LOOKUP", "use_all_dns_ips",
                "EVENTS_KAFKA_PRODUCER_LINGER_MS", "20",
                "EVENTS_KAFKA_CONSUMER_MAX_POLL_RECORDS", "10",
                "EVENTS_KAFKA_ADMIN_RETRIES", "3"),
            Map.of());

    assertThat(config.kafka())
        .containsOnly(
            entry("security.protocol", "SASL_SSL"),
            entry("sasl.mechanism", "PLAIN"),
            entry("ssl.endpoint.identification.algorithm", ""),
            entry("client.rack", "r"),
            entry("client.dns.lookup", "use_all_dns_ips"));
    assertThat(config.producer()).containsEntry("linger.ms", "20");
    assertThat(config.consumer()).containsEntry("max.poll.records", "10");
    assertThat(config.admin()).containsEntry("retries", "3");
  }

  @Test
  void environment_ourPrefixCountsOverTheStandardName() {
    EventsConfig config =
        load(
            SHOP,
            Map.of("EVENTS_KAFKA_BOOTSTRAP_SERVERS", "ours:1", "KAFKA_BOOTSTRAP_SERVERS", "all:1"),
            Map.of());

    assertThat(config.bootstrapServers()).isEqualTo("ours:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EVENTS_SERVICE_HOST",
        "EVENTS_SERVICE_PORT",
        "EVENTS_SERVICE_PORT_HTTP_METRICS",
        "EVENTS_PORT",
        "EVENTS_PORT_9092_TCP",
        "EVENTS_PORT_9092_TCP_ADDR",
        "EVENTS_PORT_9092_UDP_PROTO",
        "EVENTS_API_SERVICE_HOST",
        "EVENTS_KAFKA_PORT",
        "EVENTS_KAFKA_SERVICE_HOST",
        "EVENTS_KAFKA_BOOTSTRAP_SERVICE_PORT_TCP_REPLICATION",
        "EVENTS_KAFKA_BOOTSTRAP_PORT_9091_TCP_PORT",
        "KAFKA_PORT",
        "KAFKA_SSL_PORT",
        "KAFKA_SASL_SERVICE_HOST",
        "KAFKA_SSL_PORT_9093_TCP",
        "KAFKA_HOME",
        "KAFKA_OPTS",
        "KAFKA_LINGER_MS",
        "KAFKA_PRODUCER_LINGER_MS",
        "EVENTSX",
        "events_close_timeout",
        "PATH"
      })
  void environment_otherPeoplesVariables_areLeftAlone(String variable) {
    EventsConfig config = load(SHOP, Map.of(variable, "tcp://10.0.0.1:9092"), Map.of());

    assertThat(config.describe()).isEqualTo(EventsConfig.from(SHOP).describe());
  }

  @Test
  void systemProperties_ofOtherPeople_areLeftAlone() {
    EventsConfig config =
        load(SHOP, Map.of(), Map.of("java.home", "/x", "event.source", "x", "kafkaesque", "x"));

    assertThat(config.describe()).isEqualTo(EventsConfig.from(SHOP).describe());
  }

  @ParameterizedTest
  @CsvSource({
    "events.close-timeot, events.close-timeout",
    "events.closeTimeout, events.close-timeout",
    "events.publish.timeout, events.publish-timeout",
    "Events.Source, events.source",
    "event.application, events.application",
    "application, events.application",
    "events.bootstrap.servers, kafka.bootstrap.servers",
    "bootstrap.servers, kafka.bootstrap.servers",
    "events.kafka.linger.ms, kafka.linger.ms",
    "kakfa.linger.ms, kafka.linger.ms",
    "Kafka.linger.ms, kafka.linger.ms",
  })
  void unknownName_isRefused_withTheNearest(String name, String meant) {
    assertThat(problems(with(name, "x"), Map.of(), Map.of()))
        .containsExactly(name + " (map) is not a setting; did you mean " + meant + "?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"events.retry", "events.", "security.protocol", "spring.kafka.x", "", "x"})
  void unknownName_isRefused_withAllThatAreAllowed(String name) {
    assertThat(problems(with(name, "x"), Map.of(), Map.of()))
        .containsExactly(
            name
                + " (map) is not a setting; allowed are events.application, events.source,"
                + " events.publish-timeout, events.start-timeout, events.close-timeout,"
                + " kafka.bootstrap.servers, and Kafka's own keys after kafka., kafka.producer.,"
                + " kafka.consumer. or kafka.admin.");
  }

  @Test
  void unknownName_isRefused_inTheEnvironmentAndInSystemProperties() {
    assertThat(
            problems(SHOP, Map.of("EVENTS_CLOSE_TIMEOUTS", "1s"), Map.of("events.sourse", "/shop")))
        .containsExactly(
            "events.close-timeouts (environment variable EVENTS_CLOSE_TIMEOUTS) is not a setting;"
                + " did you mean events.close-timeout?",
            "events.sourse (system property) is not a setting; did you mean events.source?");
  }

  @Test
  void kafkaKeys_thatOurPromisesDependOn_areRefusedWhereverTheyAreFrom() {
    assertThat(
            problems(
                with("kafka.producer.bootstrap.servers", "b:1"),
                Map.of("EVENTS_KAFKA_CONSUMER_GROUP_ID", "billing"),
                Map.of("kafka.acks", "1")))
        .containsExactly(
            "kafka.acks (system property) is \"1\", must not be set:"
                + " a successful publish is stored on all in-sync replicas; leave it out",
            "kafka.consumer.group.id (environment variable EVENTS_KAFKA_CONSUMER_GROUP_ID) is"
                + " \"billing\", must not be set: every subscription has its own; name it with"
                + " SubscribeOptions.group",
            "kafka.producer.bootstrap.servers (map) is \"b:1\", must not be set: all clients use"
                + " one; name it with EventsConfig.of or kafka.bootstrap.servers");
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "5s, PT5S",
    "2m, PT2M",
    "1h, PT1H",
    "PT5S, PT5S",
    "PT1M30S, PT1M30S",
    "' 5s ', PT5S"
  })
  void duration_isWrittenWithItsUnit(String text, Duration duration) {
    assertThat(EventsConfig.from(with("events.start-timeout", text)).startTimeout())
        .isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "",
        "s",
        "-5s",
        "PT-5S",
        "5S",
        "5 s",
        "1.5s",
        "5d",
        "five",
        "0s",
        "PT0S",
        "597h",
        "999999999999999999h",
        "9999999999999999999999h",
        "٥s"
      })
  void duration_anythingElseIsRefused(String text) {
    assertThat(problems(with("events.start-timeout", text), Map.of(), Map.of()))
        .containsExactly(
            "events.start-timeout (map) is \"%s\", must be a duration with its unit, such as 500ms,"
                    .formatted(text)
                + " 5s, 2m, 1h or PT5S, from 1ms to 596h");
  }

  @Test
  void missingSettings_areNamedWithEachWayToSetThem() {
    assertThat(problems(Map.of(), Map.of(), Map.of()))
        .containsExactly(
            "events.application is not set, and has no default; set it in the map, or for"
                + " EventsConfig.load as the environment variable EVENTS_APPLICATION or the system"
                + " property events.application",
            "kafka.bootstrap.servers is not set, and has no default; set it in the map, or for"
                + " EventsConfig.load as the environment variable KAFKA_BOOTSTRAP_SERVERS or the"
                + " system property kafka.bootstrap.servers");
  }

  @Test
  void nullValue_isAProblemAndNotACrash() {
    Map<String, String> map = new HashMap<>(SHOP);
    map.put("kafka.client.rack", null);

    assertThat(problems(map, Map.of(), Map.of()))
        .containsExactly("kafka.client.rack (map) is null; give it a value, or leave it out");
  }

  @Test
  void badValue_thatIsOverridden_isNoProblem() {
    EventsConfig config =
        load(with("events.close-timeout", "5"), Map.of("EVENTS_CLOSE_TIMEOUT", "5s"), Map.of());

    assertThat(config.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void allProblems_areReportedAtOnce() {
    EventsConfigException refused =
        catchThrowableOfType(
            EventsConfigException.class,
            () ->
                load(
                    Map.of("events.application", "my shop", "bootstrap.servers", "a:1"),
                    Map.of("EVENTS_CLOSE_TIMEOUT", "5", "EVENTS_KAFKA_", "x"),
                    Map.of("events.source", "a b", "kafka.enable.auto.commit", "true")));

    assertThat(refused.problems()).hasSize(7);
    assertThat(refused)
        .hasMessageStartingWith("configuration has 7 problems:\n  bootstrap.servers (map) is not");
  }

  private static EventsConfig load(
      Map<String, String> map, Map<String, String> environment, Map<String, String> properties) {
    Properties systemProperties = new Properties();
    systemProperties.putAll(properties);
    return EventsConfig.load(map, environment, systemProperties);
  }

  private static List<String> problems(
      Map<String, String> map, Map<String, String> environment, Map<String, String> properties) {
    return catchThrowableOfType(
            EventsConfigException.class, () -> load(map, environment, properties))
        .problems();
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> map = new HashMap<>(SHOP);
    map.put(name, value);
    return map;
  }
}
