package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.history.History;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A cluster that asks who is there: a wrong password, and one that changes while all are at work.
 */
@Timeout(600)
class SaslIT {
  private static final int PARTITIONS = 6;
  private static final Duration CALM = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String CANARY = "canary2f6b";
  private static final String PASSWORD = CANARY + "-first";
  private static final String OTHER = CANARY + "-other";

  private static KafkaBroker broker;

  private final Logged log = new Logged();

  @AfterEach
  void leaveTheLog() {
    log.close();
  }

  /** A session has to last for more than a second, or Kafka refuses to renew it. */
  @BeforeAll
  static void start() {
    broker =
        KafkaBroker.builder()
            .user("nobody", PASSWORD)
            .setting("connections.max.reauth.ms", "1500")
            // A member that was refused can't leave: its partitions are free when its session ends.
            .setting("group.consumer.min.session.timeout.ms", "10000")
            .setting("group.consumer.session.timeout.ms", "10000")
            .start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static EventsConfig config(String login) {
    return EventsConfig.of("faults", broker.saslBootstrapServers())
        .withKafka("security.protocol", "SASL_PLAINTEXT")
        .withKafka("sasl.mechanism", "SCRAM-SHA-256")
        .withKafka(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required " + login + ";")
        .withConsumer("fetch.max.wait.ms", "50");
  }

  private static String login(String user, String password) {
    return "username=\"%s\" password=\"%s\"".formatted(user, password);
  }

  @Test
  void wrongPassword_failsAtOnce_andNobodyIsStartedAnewOnceItIsRight() throws Exception {
    Cluster cluster = Cluster.of(broker);
    String user = "mistaken";
    broker.setPassword(user, PASSWORD);
    Topic<Step> topic = Step.topic(cluster.newTopic(1));
    Steps steps = new Steps();
    EventsConfig config = config(login(user, OTHER));
    AtomicInteger stored = new AtomicInteger();
    List<String> told = new ArrayList<>(List.of(config.toString(), config.describe()));
    try (Events events = cluster.events(config).build()) {
      assertThatThrownBy(
              () ->
                  events
                      .subscribe(topic, user, step -> {})
                      .stopped()
                      .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                      .join())
          .cause()
          .isInstanceOf(SubscriptionException.class)
          .hasMessageContaining("invalid credentials")
          .satisfies(e -> told.add(textOf(e)))
          .cause()
          .isInstanceOf(SaslAuthenticationException.class);

      long began = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Scale.FORBIDDEN.plus(SOON))
          .until(
              () -> {
                PublishException e = failureOf(events.publish(topic, steps.next("k")));
                assertThat(e).isNotNull().hasMessageContaining("invalid credentials");
                assertThat(e.failureClass()).isEqualTo(FailureClass.SECURITY);
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_STORED);
                told.add(textOf(e));
                return System.nanoTime() - began > Scale.FORBIDDEN.toNanos();
              });
      System.out.printf(
          "%d publishes refused, %d lines logged, %d of them ours%n",
          told.size() - 3, log.warnings().size(), log.ourWarnings().size());
      assertThat(log.ourWarnings()).hasSizeLessThanOrEqualTo(10);

      broker.setPassword(user, OTHER);
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofMinutes(1))
          .until(() -> failureOf(events.publish(topic, steps.next("k"))) == null);
      stored.incrementAndGet();
      events.subscribe(topic, user, step -> stored.decrementAndGet());
      await().atMost(SOON).until(() -> stored.get() == 0);
    }
    assertThat(cluster.end(topic.name(), 1)).containsEntry(0, 1L);
    assertThat(told).hasSizeGreaterThan(5).noneMatch(text -> text.contains(CANARY));
    assertThat(log.text()).contains("invalid credentials").doesNotContain(CANARY);
  }

  /** Who makes the password right that the broker and the clients do not agree upon any more. */
  enum Mend {
    BROKER {
      @Override
      void happen(String user, Path secrets) {
        broker.setPassword(user, PASSWORD);
      }
    },
    CLIENTS {
      @Override
      void happen(String user, Path secrets) throws IOException {
        Files.writeString(secrets.resolve("password"), OTHER);
      }
    };

    abstract void happen(String user, Path secrets) throws IOException;
  }

  @ParameterizedTest
  @CsvSource({"BROKER, COOPERATIVE", "CLIENTS, CONSUMER"})
  void passwordThatChangesAtWork_losesNothing_andNobodyIsStartedAnew(
      Mend mend, Protocol protocol, @TempDir Path secrets) throws Exception {
    String user = "at-work-" + mend;
    broker.setPassword(user, PASSWORD);
    Files.writeString(secrets.resolve("username"), user);
    Files.writeString(secrets.resolve("password"), PASSWORD);
    SubscribeOptions options = SubscribeOptions.group(user).withConcurrency(8);
    History history = History.of(options);
    Cluster cluster = Cluster.of(broker);
    String topic = cluster.newTopic(PARTITIONS);
    Topic<Step> hurried = Step.topic(cluster.newTopic(1));
    EventsConfig config =
        mend == Mend.BROKER
            ? config(login(user, PASSWORD))
            : config("directory=\"%s\"".formatted(secrets))
                .withKafka(
                    "sasl.client.callback.handler.class", MountedCredentials.class.getName());
    EventsConfig patient =
        protocol
            .in(config)
            .withPublishTimeout(Scale.FORBIDDEN.plusMinutes(2))
            .withProducer("buffer.memory", "134217728");
    try (Events events = cluster.events(patient, history).build();
        Events hasty = cluster.events(config.withPublishTimeout(Duration.ofSeconds(1))).build()) {
      Subscription subscription = events.subscribe(Step.topic(topic), options, step -> {});
      hasty.publish(hurried, new Step("k", 0)).join();
      assertThat(subscription.awaitAssigned(SOON)).isTrue();
      try (Load load = Load.start(events, topic)) {
        load.goOnFor(CALM);
        load.longestHold();
        int linesBefore = log.ourWarnings().size();
        history.faultBegins();
        broker.setPassword(user, OTHER);
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(subscription.health().trouble())
                        .contains("SaslAuthenticationException")
                        .doesNotContain(CANARY));
        load.goOnFor(Scale.FORBIDDEN);
        assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(failureOf(hasty.publish(hurried, new Step("k", 1))))
                        .isNotNull()
                        .extracting(PublishException::outcome)
                        .isEqualTo(Outcome.UNKNOWN));
        mend.happen(user, secrets);
        history.faultEnds();
        Duration acknowledged = load.awaitAcknowledged();
        List<String> lines = log.ourWarnings().subList(linesBefore, log.ourWarnings().size());
        System.out.printf(
            "callers held for %s at most, all acknowledged %s later, %d lines logged of us%n",
            load.longestHold(), acknowledged, lines.size());
        assertThat(lines).hasSizeLessThanOrEqualTo(10);
        load.goOnFor(CALM);
      }
      await().atMost(SOON).until(() -> failureOf(hasty.publish(hurried, new Step("k", 2))) == null);
      cluster.awaitDone(history, user, topic, PARTITIONS);
      await().atMost(SOON).until(() -> subscription.health().trouble() == null);
      assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);
    }
    assertThat(cluster.end(topic, PARTITIONS).values().stream().mapToLong(Long::longValue).sum())
        .as("stored once each")
        .isEqualTo(history.publishedCount());
    cluster.judge(history);
    assertThat(log.text()).contains("invalid credentials").doesNotContain(CANARY);
  }

  private static @Nullable PublishException failureOf(CompletableFuture<?> publish) {
    try {
      publish.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
      return null;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(PublishException.class);
      return (PublishException) e.getCause();
    }
  }

  private static String textOf(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
