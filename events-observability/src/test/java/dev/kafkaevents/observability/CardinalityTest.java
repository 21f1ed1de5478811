package dev.kafkaevents.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Publishing;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** How many meters there can be, in a real registry. */
class CardinalityTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private SubscriptionMeters.Known subscribed(int max) {
    return new SubscriptionMeters.Known(registry, max, new NamedGauges(registry), true);
  }

  @Test
  void tenThousandTopics_haveTheMetersOfTwoHundredAndOne_andNoEventIsUncounted() {
    PublishMeters.Known publishing = new PublishMeters.Known(registry, 200);
    SubscriptionMeters.Known subscribed = subscribed(200);
    int perTopic = 0;
    for (int i = 0; i < 10_000; i++) {
      publishing.of("topic-" + i).started();
      publishing.of("topic-" + i).ended(null, 1);
      subscribed.of("topic-" + i, "group").settled(Settlement.handled(), 1, 1);
      if (i == 0) {
        perTopic = registry.getMeters().size();
      }
    }
    assertThat(registry.getMeters()).hasSize(201 * perTopic);
    assertThat(registry.get("events.publish.duration").tag("outcome", "stored").timers())
        .extracting(timer -> timer.count())
        .hasSize(201)
        .contains(9_800L);
    assertThat(registry.get("events.process.duration").tag("topic", "_other").timers())
        .extracting(timer -> timer.count())
        .contains(9_800L);
    assertThat(registry.scrape().lines().filter(line -> !line.startsWith("#")).count())
        .isLessThan(201 * 100);
  }

  /** Those of the clients come once they are known, a second later. */
  @Test
  void
      tenThousandSubscriptionsAndPublishers_haveTheMetersOfTwoHundredAndOneConsumersAndOneProducer() {
    Assembled installed = Assembled.of(MicrometerMetrics.of(registry).withClientMetrics());
    KnownClients clients = new KnownClients();
    for (int i = 0; i < 10_000; i++) {
      Topic<String> topic = Topic.of("topic-" + i, String.class);
      installed.probes.get(0).subscribed("group", topic, clients);
      installed.publish.get(0).forPublisher(new Looked(clients));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              assertThat(meters("events.consumer.")).isEqualTo(201 * 12);
              assertThat(meters("events.producer.")).isEqualTo(12);
              assertThat(registry.getMeters()).hasSize(201 * (27 + 12 + 3) + 12);
            });
    assertThat(registry.get("events.consumer.connections").tag("topic", "_other").gauge().value())
        .isEqualTo(9_800);

    clients.close();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> meters("events.consumer.") + meters("events.producer.") == 0);
  }

  private long meters(String prefix) {
    return registry.getMeters().stream()
        .filter(meter -> meter.getId().getName().startsWith(prefix))
        .count();
  }

  private record Looked(PublisherHealth health) implements Publishing {
    @Override
    public CompletableFuture<Position> resend(Message message) {
      throw new UnsupportedOperationException("nothing is held back here");
    }
  }

  @Test
  void aTopicPublishedTo_has6Meters_andAGroupOnATopic27_besideThoseThatComeAndGo() {
    PublishMeters.Known publishing = new PublishMeters.Known(registry, 200);
    publishing.of("orders").started();
    publishing.of("orders").started();
    assertThat(registry.getMeters()).hasSize(6);
    subscribed(200).of("orders", "billing");
    assertThat(registry.getMeters()).hasSize(6 + 27);
  }

  @Test
  void tagsAreOfAFewKinds() {
    new PublishMeters.Known(registry, 1).of("orders");
    subscribed(1).of("orders", "billing");
    assertThat(registry.getMeters())
        .flatExtracting(Meter::getId)
        .allSatisfy(
            id ->
                assertThat(((Meter.Id) id).getTags())
                    .extracting(tag -> tag.getKey())
                    .isSubsetOf("topic", "group", "outcome", "state", "reason", "change"));
  }

  @Test
  void publishThatFails_isCountedByWhatIsKnownOfIt() {
    PublishMeters meters = new PublishMeters(registry, "orders");
    for (PublishException.Outcome outcome : PublishException.Outcome.values()) {
      meters.started();
      meters.ended(new CompletionException(new PublishException(outcome, "no", null)), 1);
    }
    meters.started();
    meters.ended(new IllegalStateException("an interceptor"), 1);
    assertThat(count("stored")).isZero();
    assertThat(count("rejected")).isEqualTo(2);
    assertThat(count("not_stored")).isEqualTo(1);
    assertThat(count("unknown")).isEqualTo(1);
    assertThat(registry.get("events.publish.inflight").gauge().value()).isZero();
  }

  private long count(String outcome) {
    return registry.get("events.publish.duration").tag("outcome", outcome).timer().count();
  }

  @Test
  void aSpool_has4Meters_andAHundredAreShown() {
    NamedGauges gauges = new NamedGauges(registry);
    for (int i = 0; i < 1_000; i++) {
      gauges.tell(List.of(new Condition.Spool("/spool-" + i, 1, 1, null, 1)));
      gauges.tell(List.of(new Condition.Spool("/spool-0", 1, 1, null, 1)));
    }
    assertThat(registry.getMeters()).hasSize(4 * 100);
  }

  @Test
  void noTopicAtAll_isRefused() {
    assertThatThrownBy(() -> MicrometerMetrics.of(registry).withMaxTopics(0))
        .hasMessageContaining("maxTopics is 0, must be at least 1");
  }
}
