package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.PublishBreaker;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.RetryBudget;
import dev.kafkaevents.resilience.Spool;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real Prometheus registry shows of a real broker. */
@Timeout(90)
class MetricsIT {
  private static final AtomicInteger GROUPS = new AtomicInteger();

  @TempDir Path directory;

  private final Cluster cluster = Cluster.shared();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final String name = cluster.newTopic(2);
  private final Topic<Step> topic = Step.topic(name);
  private final String group = "metered-" + GROUPS.incrementAndGet();

  private KafkaEvents.Builder events() {
    return cluster.events().install(MicrometerMetrics.of(registry));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30));
  }

  /** The lines of a scrape that begin with {@code name} and have all of {@code tags}. */
  private List<String> lines(String name, String... tags) {
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> List.of(tags).stream().allMatch(line::contains))
        .toList();
  }

  private double value(String name, String... tags) {
    List<String> lines = lines(name, tags);
    assertThat(lines).as(name).hasSize(1);
    return Double.parseDouble(lines.get(0).substring(lines.get(0).lastIndexOf(' ')));
  }

  @Test
  void whatIsPublishedAndWhatBecomesOfIt_isCounted() {
    cluster.createTopic(name + ".dlq", 1, Map.of());
    try (Events events =
        events().install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(5))).build()) {
      Subscription subscription =
          events.subscribe(
              topic,
              group,
              step -> {
                if (step.payload().number() == 7) {
                  throw new IOException("never");
                }
              });
      for (int i = 0; i < 10; i++) {
        events.publish(topic, new Step("key-" + i, i)).join();
      }
      Topic<Step> keyless = Topic.of(name, Step.class).keyedBy(step -> null);
      assertThat(events.publish(keyless, new Step("k", 0))).isCompletedExceptionally();

      assertThat(value("events_publish_duration_seconds_count", "outcome=\"stored\""))
          .isEqualTo(10);
      assertThat(value("events_publish_duration_seconds_count", "outcome=\"rejected\""))
          .isEqualTo(1);
      assertThat(value("events_publish_inflight")).isZero();
      soon()
          .untilAsserted(
              () -> {
                assertThat(processed("handled")).isEqualTo(9);
                assertThat(processed("dead_lettered")).isEqualTo(1);
                assertThat(value("events_dead_letters_total")).isEqualTo(1);
                assertThat(value("events_process_attempts_total")).isEqualTo(12);
                assertThat(value("events_subscription_commits_total")).isPositive();
                assertThat(value("events_subscription_rebalances_total", "change=\"assigned\""))
                    .isEqualTo(2);
                assertThat(value("events_subscription_partitions")).isEqualTo(2);
                assertThat(value("events_subscriptions", "state=\"running\"")).isEqualTo(1);
                assertThat(value("events_subscription_lag_records")).isZero();
              });
      assertThat(processed("skipped")).isZero();
      assertThat(processed("failed")).isZero();

      subscription.close();
      assertThat(value("events_subscription_rebalances_total", "change=\"revoked\"")).isEqualTo(2);
      assertThat(value("events_subscriptions", "state=\"closed\"")).isZero();
      assertThat(value("events_subscriptions", "state=\"running\"")).isZero();
      assertThat(lines("events_subscription_lag_records")).isEmpty();
    }
    assertThat(registry.scrape()).doesNotContain("NaN", "key-");
  }

  private double processed(String outcome) {
    return value("events_process_duration_seconds_count", "outcome=\"" + outcome + "\"");
  }

  @Test
  void lag_isRightWhilePaused_andAbsentWhereItIsNotKnown() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (Events events = events().build()) {
      Subscription subscription =
          events.subscribe(
              topic, SubscribeOptions.group(group), step -> go.await(60, TimeUnit.SECONDS));
      assertThat(lines("events_subscription_lag_records")).isEmpty();
      assertThat(subscription.awaitAssigned(Duration.ofSeconds(30))).isTrue();
      subscription.pause();
      soon()
          .untilAsserted(
              () ->
                  assertThat(value("events_subscription_paused", "reason=\"user\"")).isEqualTo(2));
      for (int i = 0; i < 50; i++) {
        events.publish(topic, new Step("key-" + i, i)).join();
      }
      soon()
          .untilAsserted(() -> assertThat(value("events_subscription_lag_records")).isEqualTo(50));
      soon()
          .untilAsserted(
              () -> assertThat(value("events_subscription_time_lag_seconds")).isPositive());
      assertThat(value("events_subscriptions", "state=\"paused\"")).isEqualTo(1);
      go.countDown();
      subscription.resume();
      soon().untilAsserted(() -> assertThat(value("events_subscription_lag_records")).isZero());
      soon()
          .untilAsserted(() -> assertThat(value("events_subscription_time_lag_seconds")).isZero());
      assertThat(value("events_subscription_paused", "reason=\"user\"")).isZero();
    }
  }

  @Test
  void subscriptionThatFailed_showsThat_andNoLag_untilItIsSubscribedAgain() {
    try (Events events = events().build()) {
      events.publish(topic, new Step("k", 0)).join();
      Subscription subscription =
          events.subscribe(
              topic,
              group,
              step -> {
                throw new IOException("no");
              });
      soon().until(() -> subscription.state() == Subscription.State.FAILED);
      soon()
          .untilAsserted(
              () -> {
                assertThat(value("events_subscriptions", "state=\"failed\"")).isEqualTo(1);
                assertThat(lines("events_subscription_lag_records")).isEmpty();
              });
      assertThat(processed("failed")).isEqualTo(1);
      assertThat(value("events_subscription_partitions")).isZero();

      events.subscribe(topic, group, step -> {});
      soon().untilAsserted(() -> assertThat(value("events_subscription_lag_records")).isZero());
      assertThat(value("events_subscriptions", "state=\"failed\"")).isZero();
      assertThat(processed("handled")).isEqualTo(1);
    }
  }

  @Test
  void twoHundredPartitions_haveTheMetersOfTwo_andKafkasClientsADozenEach() {
    String wide = cluster.newTopic(200);
    MicrometerMetrics metrics = MicrometerMetrics.of(registry).withClientMetrics();
    try (Events events =
        cluster
            .events()
            .install(metrics)
            .onDelivery(Retry.upTo(2, Duration.ofMillis(5)).spending(RetryBudget.of(10, 0.1)))
            .build()) {
      events.publish(Step.topic(wide), new Step("k", 0)).join();
      events.subscribe(Step.topic(wide), group, step -> {});
      soon()
          .untilAsserted(
              () -> {
                assertThat(value("events_subscription_partitions")).isEqualTo(200);
                assertThat(meters("events.consumer.", true)).hasSize(12);
                assertThat(meters("events.producer.", false)).hasSize(12);
                assertThat(meters("events.", true)).hasSize(28 + 2 + 12);
                assertThat(meters("events.", false)).hasSize(6 + 12);
              });
      assertThat(value("events_consumer_connections", group)).isPositive();
    }
  }

  private List<Meter> meters(String prefix, boolean ofGroup) {
    return registry.getMeters().stream()
        .filter(meter -> meter.getId().getName().startsWith(prefix))
        .filter(meter -> (meter.getId().getTag("group") != null) == ofGroup)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void clientMetrics_areThere_underBothProtocols(Protocol protocol) {
    try (Events events =
        cluster
            .events(protocol.in(cluster.config()))
            .install(MicrometerMetrics.of(registry).withClientMetrics())
            .build()) {
      events.subscribe(topic, group, step -> {});
      events.publish(topic, new Step("k", 0)).join();
      soon()
          .untilAsserted(
              () -> assertThat(meters("events.consumer.", true)).as(registry.scrape()).hasSize(12));
    }
    assertThat(registry.scrape()).doesNotContain("NaN");
  }

  @Test
  void breakersBudgets_andDeadLettersThatAreBlocked_areShown() {
    Breaker breaker = Breaker.around("db-" + group, IllegalStateException.class::isInstance);
    String name = "breaker=\"events.handler.db-" + group + "\"";
    try (Events away =
            KafkaEvents.builder(
                    EventsConfig.of("away", "localhost:1").withProducer("max.block.ms", "100"))
                .build();
        Events events =
            events()
                .onDelivery(DeadLetter.toTopicWithSuffix(".dlq").storedBy(away).uncheckedAtStart())
                .onDelivery(Retry.upTo(4, Duration.ofMillis(1)).spending(RetryBudget.of(1, 0)))
                .onDelivery(breaker)
                .build()) {
      events.subscribe(
          topic,
          group,
          step -> {
            throw new IOException("never");
          });
      soon()
          .untilAsserted(
              () -> {
                assertThat(value("events_breaker_state", name, "state=\"closed\"")).isEqualTo(1);
                assertThat(value("events_retry_budget")).isEqualTo(1);
                assertThat(value("events_dead_letters_blocked")).isZero();
              });
      events.publish(topic, new Step("k", 0)).join();
      soon().untilAsserted(() -> assertThat(value("events_retry_budget")).isLessThan(1));
      soon().untilAsserted(() -> assertThat(value("events_dead_letters_blocked")).isEqualTo(1));
      breaker.circuit().transitionToOpenState();
      soon()
          .untilAsserted(
              () -> {
                assertThat(value("events_breaker_state", name, "state=\"open\"")).isEqualTo(1);
                assertThat(value("events_breaker_state", name, "state=\"closed\"")).isZero();
              });
    }
    assertThat(value("events_dead_letters_blocked")).isZero();
    soon()
        .untilAsserted(
            () -> assertThat(value("events_breaker_state", name, "state=\"open\"")).isZero());
  }

  /** Rules and dashboard that name what is not there would be silent for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "alerts.yml", "alerts.test.yml", "dashboard.json"})
  void everyNameInTheDocsTheRulesAndTheDashboard_isInAScrape(String file) throws IOException {
    try (Spool spool = Spool.open(directory, 1 << 20);
        Events events =
            cluster
                .events()
                .install(MicrometerMetrics.of(registry).withClientMetrics())
                .onPublish(PublishBreaker.named(group).spoolingTo(spool))
                .onDelivery(Retry.upTo(2, Duration.ofMillis(5)).spending(RetryBudget.of(1, 0)))
                .build()) {
      events.publish(topic, new Step("k", 0)).join();
      events.subscribe(topic, group, step -> {});
      soon()
          .untilAsserted(
              () -> {
                assertThat(lines("events_subscription_lag_records")).hasSize(1);
                assertThat(lines("events_breaker_state")).hasSize(3);
                assertThat(value("events_spool_messages", "spool=\"" + directory)).isZero();
                assertThat(meters("events.consumer.", true)).hasSize(12);
                assertThat(meters("events.producer.", false)).hasSize(12);
              });
      Set<String> there = names("(?m)^(?:# HELP )?(events_[a-z_]+)", registry.scrape());
      Set<String> named =
          names(
              "\\b(events_[a-z_]+[a-z])\\b",
              Files.readString(Path.of("..", "docs", "observability", file)));
      assertThat(named).isNotEmpty().isSubsetOf(there);
      for (String tag :
          List.of("topic", "group", "outcome", "state", "reason", "change", "breaker", "spool")) {
        assertThat(registry.scrape()).contains(tag + "=\"");
      }
    }
  }

  private static Set<String> names(String regex, String text) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
