package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.observability.LogContext;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.resilience.Resilience;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * A word in every payload, key, header and secret, and in what a handler says when it fails: it is
 * nowhere else afterwards.
 */
@Timeout(90)
class CanaryIT {
  private static final String CANARY = "canary7f3a";

  private final Cluster cluster = Cluster.shared();
  private final Spans spans = new Spans();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Logged log = new Logged();
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void leaveTheLog() {
    log.close();
  }

  private KafkaEvents.Builder events() {
    String jaas =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
            + " password=\""
            + CANARY
            + "\";";
    return KafkaEvents.builder(
            cluster
                .config()
                .withProducer("sasl.jaas.config", jaas)
                .withConsumer("sasl.jaas.config", jaas)
                .withProducer("ssl.key.password", CANARY)
                .withConsumer("ssl.key.password", CANARY))
        .serde(Step.serde())
        .install(OpenTelemetryTracing.of(spans.openTelemetry))
        .install(MicrometerMetrics.of(registry).withClientMetrics())
        .install(LogContext.ofDeliveries());
  }

  private static Message undecodable(String topic) {
    return Message.of(topic, CANARY.getBytes(UTF_8), CANARY.getBytes(UTF_8));
  }

  private void tellFailure(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    told.add(text.toString());
  }

  @Test
  void noPayloadKeyHeaderOrSecret_isAnywhereButInItsPlace() throws Exception {
    String name = cluster.newTopic(1);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    Topic<Step> topic = Step.topic(name);
    BlockingQueue<Message> letters = new LinkedBlockingQueue<>();
    try (Events plain = cluster.events().build();
        Events events =
            events().install(Resilience.retryThenDeadLetter(2, Duration.ofMillis(5))).build()) {
      Subscription subscription =
          events.subscribe(
              topic,
              "canary",
              step -> {
                throw new IOException("can't do " + step.payload() + " of " + step.key());
              });
      events
          .publish(topic, events.event(topic, new Step(CANARY, 1)).withHeader("token", CANARY))
          .join();
      events.send(undecodable(name)).join();
      plain.subscribe(
          Topic.of(name + ".dlq", Step.class),
          "canary-letters",
          delivery -> letters.add(delivery.message()));
      Message letter = letters.poll(30, TimeUnit.SECONDS);
      assertThat(letter).isNotNull();
      for (Headers.Header header : letter.headers()) {
        if (!header.name().equals("token") && header.value() != null) {
          told.add(header.name() + "=" + new String(header.value(), ISO_8859_1));
        }
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> registry.scrape().contains("events_dead_letters_total{") && count() == 2);
      told.add(subscription.health().toString());
      told.add(events.publisherHealth().conditions().toString());
    }
    // What stops a subscription tells most: its exception is logged, and it has that of the serde.
    String second = cluster.newTopic(1);
    try (Events events = events().build()) {
      events.send(undecodable(second)).join();
      Subscription subscription = events.subscribe(Step.topic(second), "canary", step -> {});
      try {
        subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join();
      } catch (CompletionException e) {
        tellFailure(e);
      }
      told.add(subscription.health().toString());
      try {
        events.publish(Topic.of("no.such.topic", Step.class), new Step(CANARY, 1)).join();
      } catch (CompletionException e) {
        tellFailure(e);
      }
    }
    told.add(spans.ended().toString());
    told.add(registry.scrape());
    told.add(log.text());

    assertThat(spans.ended()).hasSizeGreaterThanOrEqualTo(5);
    assertThat(log.text())
        .contains("event=dead_letter_stored group=canary topic=" + name + " partition=0 offset=")
        .contains("event=subscription_failed group=canary topic=" + second + " position=")
        .contains("is now a dead letter", "stopped at " + second);
    assertThat(told).hasSizeGreaterThanOrEqualTo(10).noneMatch(text -> text.contains(CANARY));
  }

  private double count() {
    return registry.get("events.dead.letters").counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  /** Or all of this would prove nothing. */
  @Test
  void aCanaryInTheLog_isSeen() {
    LoggerFactory.getLogger(CanaryIT.class).error("{}", CANARY);
    assertThat(log.text()).contains(CANARY);
  }
}
