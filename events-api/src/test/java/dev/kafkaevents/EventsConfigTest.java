package dev.kafkaevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings made in code. */
final class EventsConfigTest {
  private static final EventsConfig SHOP = EventsConfig.of("shop", "localhost:9092");

  @Test
  void of_hasTheDefaults() {
    assertThat(SHOP.application()).isEqualTo("shop");
    assertThat(SHOP.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(SHOP.source()).isEqualTo("shop");
    assertThat(SHOP.publishTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(SHOP.startTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(SHOP.closeTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(SHOP.kafka()).isEmpty();
  }

  @Test
  void withX_changesACopy() {
    EventsConfig changed =
        SHOP.withSource("https://shop.example/orders")
            .withPublishTimeout(Duration.ofSeconds(50))
            .withStartTimeout(Duration.ofMillis(1))
            .withCloseTimeout(Duration.ZERO);

    assertThat(changed.source()).isEqualTo("https://shop.example/orders");
    assertThat(changed.publishTimeout()).isEqualTo(Duration.ofSeconds(50));
    assertThat(changed.startTimeout()).isEqualTo(Duration.ofMillis(1));
    assertThat(changed.closeTimeout()).isZero();
    assertThat(SHOP.source()).isEqualTo("shop");
    assertThat(SHOP.publishTimeout()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void kafkaKeys_reachTheirClients_theirOwnOverTheCommonOnes() {
    EventsConfig config =
        SHOP.withProducer("client.rack", "b")
            .withKafka("security.protocol", "SASL_SSL")
            .withKafka("client.rack", "a")
            .withConsumer("max.poll.records", "1000")
            .withConsumer("group.instance.id", "pod-1")
            .withAdmin("retries", "3");

    assertThat(config.kafka())
        .containsOnly(entry("security.protocol", "SASL_SSL"), entry("client.rack", "a"));
    assertThat(config.producer())
        .containsOnly(entry("security.protocol", "SASL_SSL"), entry("client.rack", "b"));
    assertThat(config.consumer())
        .containsOnly(
            entry("security.protocol", "SASL_SSL"),
            entry("client.rack", "a"),
            entry("max.poll.records", "1000"),
            entry("group.instance.id", "pod-1"));
    assertThat(config.admin())
        .containsOnly(
            entry("security.protocol", "SASL_SSL"),
            entry("client.rack", "a"),
            entry("retries", "3"));
  }

  @Test
  void kafkaKeys_areVerbatim() {
    EventsConfig config = SHOP.withKafka("My.Plugin_key", " spaced, ").withKafka("empty", "");

    assertThat(config.kafka())
        .containsOnly(entry("My.Plugin_key", " spaced, "), entry("empty", ""));
  }

  @Test
  void kafkaKeys_cannotBeChangedThroughTheMap() {
    assertThatThrownBy(() -> SHOP.producer().put("acks", "0"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enable.auto.commit | offsets are committed when their records are settled",
        "group.id | SubscribeOptions.group",
        "key.serializer | Serde.Factory",
        "value.serializer | Serde.Factory",
        "key.deserializer | Serde.Factory",
        "value.deserializer | Serde.Factory",
        "transactional.id | takes part in no transaction",
        "acks | all in-sync replicas",
        "enable.idempotence | all in-sync replicas",
        "delivery.timeout.ms | withPublishTimeout",
        "bootstrap.servers | EventsConfig.of",
      })
  void kafkaKeys_thatOurPromisesDependOn_areRefusedWithTheReason(String key, String reason) {
    refused(config -> config.withKafka(key, "x"))
        .hasMessageContaining("kafka." + key + " (code) is \"x\", must not be set: ")
        .hasMessageContaining(reason);
    refused(config -> config.withProducer(key, "x")).hasMessageContaining("kafka.producer." + key);
    refused(config -> config.withConsumer(key, "x")).hasMessageContaining("kafka.consumer." + key);
    refused(config -> config.withAdmin(key, "x")).hasMessageContaining("kafka.admin." + key);
    refused(config -> config.withKafka("producer." + key, "x")).hasMessageContaining(reason);
  }

  @Test
  void kafkaKeys_withoutAKey_areRefused() {
    refused(config -> config.withConsumer("", "x"))
        .hasMessage(
            "configuration: kafka.consumer. (code) names no key; Kafka's key comes after"
                + " kafka.consumer.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "my shop", "shop/orders", "läden", "shop\n"})
  void application_isFitForANameAndAUri(String application) {
    assertThatThrownBy(() -> EventsConfig.of(application, "localhost:9092"))
        .isInstanceOf(EventsConfigException.class)
        .hasMessageContaining("events.application (code) is \"")
        .hasMessageContaining("must be of letters, digits, '.', '_' and '-'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "my shop", "%zz", "läden", "http://[bad", "a|b", "https://shop.example/a b"})
  void source_isAUriReference(String source) {
    refused(config -> config.withSource(source))
        .hasMessageContaining(
            "events.source (code) is \"" + source + "\", must be a URI-reference");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"shop", "/orders", "urn:uuid:6e8bc430", "mailto:shop@example.com", "a%20b", "#x"})
  void source_mayBeAnyUriReference(String source) {
    assertThat(SHOP.withSource(source).source()).isEqualTo(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9092",
        "a:1, b_1.example.com:65535 ,10.0.0.1:9092",
        "[::1]:9092",
        "[fe80::1%eth0]:9092,[::ffff:10.0.0.1]:9092"
      })
  void bootstrapServers_mayBeSeveral(String servers) {
    assertThat(EventsConfig.of("shop", servers).bootstrapServers()).isEqualTo(servers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|''",
        "localhost|localhost",
        "a:1,b|b",
        "a:1,,b:1|''",
        "a:1,|''",
        "a:0|a:0",
        "a:65536|a:65536",
        "a:99999999999|a:99999999999",
        "a:http|a:http",
        ":9092|:9092",
        "::1:9092|::1:9092",
        "[]:9092|[]:9092",
        "a b:9092|a b:9092",
        "PLAINTEXT://a:9092|PLAINTEXT://a:9092",
      })
  void bootstrapServers_errorNamesTheBadEntry(String servers, String bad) {
    assertThatThrownBy(() -> EventsConfig.of("shop", servers))
        .isInstanceOf(EventsConfigException.class)
        .hasMessageContaining(
            "kafka.bootstrap.servers (code) is \"" + servers + "\", must be host:port")
        .hasMessageEndingWith("\"" + bad + "\" is not");
  }

  @Test
  void timeouts_arePositive_andFitForKafka() {
    Duration tooLong = Duration.ofHours(597);
    refused(config -> config.withPublishTimeout(Duration.ZERO))
        .hasMessage(
            "configuration: events.publish-timeout (code) is \"PT0S\", must be a duration with its"
                + " unit, such as 500ms, 5s, 2m, 1h or PT5S, from 1ms to 596h");
    refused(config -> config.withPublishTimeout(Duration.ofNanos(999_999)));
    refused(config -> config.withPublishTimeout(tooLong));
    refused(config -> config.withStartTimeout(Duration.ZERO));
    refused(config -> config.withStartTimeout(tooLong));
    refused(config -> config.withCloseTimeout(Duration.ofMillis(-1)))
        .hasMessageContaining("from 0s to 596h");
    refused(config -> config.withCloseTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(Duration.ofHours(596).toMillis()).isLessThan(Integer.MAX_VALUE);
  }

  @Test
  void timeouts_keepTheirPrecision() {
    Duration odd = Duration.ofSeconds(61, 1_000_001);

    assertThat(SHOP.withStartTimeout(odd).startTimeout()).isEqualTo(odd);
  }

  @Test
  void null_isRefusedAtOnce() {
    assertThatNullPointerException().isThrownBy(() -> EventsConfig.of(nothing(), "a:1"));
    assertThatNullPointerException().isThrownBy(() -> EventsConfig.of("shop", nothing()));
    assertThatNullPointerException().isThrownBy(() -> EventsConfig.from(nothing()));
    assertThatNullPointerException().isThrownBy(() -> EventsConfig.load(nothing()));
    assertThatNullPointerException().isThrownBy(() -> SHOP.withSource(nothing()));
    assertThatNullPointerException().isThrownBy(() -> SHOP.withPublishTimeout(nothing()));
    assertThatNullPointerException().isThrownBy(() -> SHOP.withStartTimeout(nothing()));
    assertThatNullPointerException().isThrownBy(() -> SHOP.withCloseTimeout(nothing()));
    assertThatNullPointerException().isThrownBy(() -> SHOP.withKafka(nothing(), "x"));
    assertThatNullPointerException().isThrownBy(() -> SHOP.withKafka("client.rack", nothing()));
  }

  @Test
  void describe_hasEverythingInForce_sorted_withItsSource() {
    EventsConfig config =
        SHOP.withCloseTimeout(Duration.ofSeconds(5))
            .withProducer("linger.ms", "20")
            .withKafka("sasl.jaas.config", "canary");

    assertThat(config.describe().lines())
        .containsExactly(
            "events.application = shop (code)",
            "events.close-timeout = PT5S (code)",
            "events.publish-timeout = 2m (default)",
            "events.source = shop (default)",
            "events.start-timeout = 30s (default)",
            "kafka.bootstrap.servers = localhost:9092 (code)",
            "kafka.producer.linger.ms = 20 (code)",
            "kafka.sasl.jaas.config = **** (code)");
  }

  @Test
  void describe_hasALineForEach_whateverIsInTheValue() {
    EventsConfig config =
        SHOP.withKafka("ssl.truststore.certificates", "-----BEGIN\nX\r\u2028-----");

    assertThat(config.describe())
        .endsWith(
            "kafka.ssl.truststore.certificates = -----BEGIN\\u000aX\\u000d\\u2028----- (code)");
  }

  @Test
  void toString_isOneLineOfOurs() {
    assertThat(SHOP.withKafka("client.rack", "a").toString())
        .startsWith("events.application = shop (code), ")
        .endsWith(", kafka.bootstrap.servers = localhost:9092 (code)")
        .doesNotContain("\n");
  }

  private static AbstractThrowableAssert<?, ?> refused(UnaryOperator<EventsConfig> change) {
    return assertThatThrownBy(() -> change.apply(SHOP))
        .isInstanceOfSatisfying(
            EventsConfigException.class, e -> assertThat(e.problems()).hasSize(1));
  }

  /** What a caller without a null checker can pass. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }
}
