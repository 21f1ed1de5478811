package dev.kafkaevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A canary stands for a secret: it may reach the clients, and nothing that can be printed. */
final class EventsConfigSecretsTest {
  private static final String CANARY = "canary";

  /**
   * The keys of kafka-clients 4 and of schema registries that have a secret, and names people make
   * up.
   */
  private static final List<String> KEYS =
      List.of(
          "sasl.jaas.config",
          "sasl.oauthbearer.client.credentials.client.secret",
          "sasl.oauthbearer.assertion.private.key.passphrase",
          "sasl.login.password",
          "ssl.key.password",
          "ssl.keystore.password",
          "ssl.truststore.password",
          "ssl.keystore.key",
          "basic.auth.user.info",
          "schema.registry.basic.auth.user.info",
          "bearer.auth.token",
          "aws.secret.access.key",
          "sasl.private_key.file",
          "kms.master.key",
          "client-api-key");

  /** Values that show by themselves that they have a secret. */
  private static final List<String> VALUES =
      List.of(
          "https://user:canary@registry:8081",
          "https://user:p@canary@registry:8081",
          "https://idp/?access_token=canary",
          "org.example.LoginModule required username=\"u\" password=\"canary\";",
          "client.secret: canary",
          "-----BEGIN PRIVATE KEY-----\ncanary");

  @Test
  void secretsInForce_reachTheClients_andAreNotPrinted() {
    EventsConfig config = EventsConfig.of("shop", "localhost:9092");
    for (String key : KEYS) {
      config = config.withKafka(key, CANARY).withProducer(key, CANARY).withAdmin(key, CANARY);
    }
    for (String value : VALUES) {
      config = config.withConsumer("plugin." + VALUES.indexOf(value), value);
    }

    assertThat(config.producer()).containsEntry("sasl.jaas.config", CANARY);
    assertThat(config.consumer()).containsValues(VALUES.toArray(String[]::new));
    assertSafe(config);
  }

  @Test
  void secretsFromEverySource_areNotPrinted() {
    Map<String, String> map =
        new TreeMap<>(Map.of("events.application", "shop", "kafka.bootstrap.servers", "a:1"));
    Map<String, String> environment = new TreeMap<>();
    Properties properties = new Properties();
    for (String key : KEYS) {
      map.put("kafka.producer." + key, CANARY);
      environment.put("EVENTS_KAFKA_CONSUMER_" + variable(key), CANARY);
      environment.put("KAFKA_SASL_" + variable(key), CANARY);
      properties.put("kafka.admin." + key, CANARY);
    }
    EventsConfig config = EventsConfig.load(map, environment, properties);

    assertThat(config.kafka()).containsEntry("sasl.ssl.key.password", CANARY);
    assertSafe(config);
  }

  @Test
  void secretsUnderNamesThatAreRefused_areNotPrinted() {
    Map<String, String> map = new TreeMap<>();
    Map<String, String> environment = new TreeMap<>();
    Properties properties = new Properties();
    for (String key : KEYS) {
      map.put(key, CANARY);
      map.put("kafak." + key, CANARY);
      environment.put("EVENTS_" + variable(key), CANARY);
      properties.put("events." + key, CANARY);
    }
    map.put("kafka.", CANARY);
    map.put("pasword", CANARY);

    assertRefusedSafely(() -> EventsConfig.load(map, environment, properties));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user:canary@a:9092",
        "user:canary,x@a:9092",
        "a:9092,user:canary@b",
        "SSL://user:canary@a:9092",
        "a:1?password=canary"
      })
  void secretsAmongTheServers_areNotPrinted(String servers) {
    assertRefusedSafely(() -> EventsConfig.of("shop", servers));
    assertRefusedSafely(() -> EventsConfig.from(Map.of("kafka.bootstrap.servers", servers)));
  }

  @Test
  void secretsInOtherPlaces_areNotPrinted() {
    EventsConfig config = EventsConfig.of("shop", "a:1");

    assertSafe(config.withSource("https://user:canary@shop.example/orders"));
    assertRefusedSafely(() -> config.withSource("https://user:canary@shop.example/my orders"));
    assertRefusedSafely(() -> config.withKafka("bootstrap.servers", "user:canary@a:1"));
    assertRefusedSafely(() -> EventsConfig.of("password=canary", "a:1"));
  }

  @Test
  void whatIsNoSecret_isPrinted() {
    EventsConfig config =
        EventsConfig.of("token-service", "a:1")
            .withKafka("ssl.keystore.type", "PEM")
            .withKafka("sasl.mechanism", "SCRAM-SHA-512")
            .withProducer("partitioner.ignore.keys", "true");

    assertThat(config.describe()).contains("token-service", "PEM", "SCRAM-SHA-512", "true");
  }

  private static void assertSafe(EventsConfig config) {
    assertThat(config.describe()).contains("****").doesNotContain(CANARY);
    assertThat(config.toString()).doesNotContain(CANARY);
  }

  private static void assertRefusedSafely(ThrowingCallable call) {
    EventsConfigException refused = catchThrowableOfType(EventsConfigException.class, call);
    StringWriter trace = new StringWriter();
    refused.printStackTrace(new PrintWriter(trace));

    assertThat(refused.problems()).isNotEmpty();
    assertThat(String.join("\n", refused.problems())).doesNotContain(CANARY);
    assertThat(trace.toString()).doesNotContain(CANARY);
  }

  private static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
