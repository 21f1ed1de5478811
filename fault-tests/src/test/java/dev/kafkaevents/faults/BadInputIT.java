package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnsentException;
import dev.kafkaevents.core.KafkaEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a user reads who got something wrong: the subject, what came, what is allowed, the way out.
 */
@Timeout(60)
class BadInputIT {
  private final Cluster cluster = Cluster.shared();

  @Test
  void publish_unknownTopic() {
    try (Events events = KafkaEvents.builder(quick(cluster.config())).serde(Step.serde()).build()) {
      assertFailure(
              events.publish(Step.topic("no-such-topic"), new Step("k", 0)), Outcome.NOT_STORED)
          .hasMessageContainingAll(
              "no-such-topic", cluster.bootstrapServers(), "no such topic", "create it");
    }
  }

  @Test
  void subscribe_unknownTopic() {
    try (Events events = KafkaEvents.builder(quick(cluster.config())).serde(Step.serde()).build()) {
      Subscription subscription = events.subscribe(Step.topic("no-such-topic"), "g", step -> {});
      assertStopped(subscription)
          .hasMessageContainingAll(
              "no-such-topic", cluster.bootstrapServers(), "has no topic", "create it");
    }
  }

  @Test
  void publish_nobodyAtTheAddress() throws IOException {
    String address = addressOfNobody();
    try (Events events =
        KafkaEvents.builder(quick(EventsConfig.of("faults", address)))
            .serde(Step.serde())
            .build()) {
      assertFailure(events.publish(Step.topic("steps"), new Step("k", 0)), Outcome.NOT_STORED)
          .hasMessageContainingAll(address, "did not answer");
    }
  }

  @Test
  void subscribe_nobodyAtTheAddress() throws IOException {
    String address = addressOfNobody();
    try (Events events =
        KafkaEvents.builder(quick(EventsConfig.of("faults", address)))
            .serde(Step.serde())
            .build()) {
      assertStopped(events.subscribe(Step.topic("steps"), "g", step -> {}))
          .hasMessageContainingAll(address, "no Kafka cluster answered", "PT2S");
    }
  }

  @Test
  void publishAndSubscribe_unresolvableAddress() {
    String address = "no-such-host.invalid:9092";
    try (Events events =
        KafkaEvents.builder(quick(EventsConfig.of("faults", address)))
            .serde(Step.serde())
            .build()) {
      assertFailure(events.publish(Step.topic("steps"), new Step("k", 0)), Outcome.NOT_STORED)
          .hasMessageContaining(address);
      assertStopped(events.subscribe(Step.topic("steps"), "g", step -> {}))
          .hasMessageContaining(address);
    }
  }

  @Test
  void publish_keyFunctionGaveNull() {
    String name = cluster.newTopic(1);
    try (Events events = cluster.events().build()) {
      assertFailure(
              events.publish(Step.topic(name).keyedBy(step -> null), new Step("k", 0)),
              Outcome.REJECTED)
          .hasMessageContainingAll(name, "keyed", "null");
    }
    assertThat(cluster.end(name, 1)).containsEntry(0, 0L);
  }

  @Test
  void publish_tooLarge() {
    String name = cluster.newTopic(1);
    String canary = "canary".repeat(200_000);
    try (Events events = cluster.events().build()) {
      assertFailure(events.publish(Step.topic(name), new Step(canary, 0)), Outcome.REJECTED)
          .hasMessageContainingAll(name, "max.request.size", "1048576")
          .hasMessageNotContaining("canary");
    }
  }

  @Test
  void publish_noSerde() {
    try (Events events = cluster.events().build()) {
      Topic<Integer> numbers = Topic.of("numbers", Integer.class);
      assertFailure(events.publish(numbers, 7), Outcome.REJECTED)
          .hasMessageContainingAll("numbers", "java.lang.Integer", "no serde", "Step");
      assertThatThrownBy(() -> events.subscribe(numbers, "g", number -> {}))
          .isInstanceOf(SerdeException.class)
          .hasMessageContainingAll("numbers", "java.lang.Integer", "no serde");
    }
  }

  @Test
  void publish_nothingInstalled() {
    try (Events events = KafkaEvents.builder(cluster.config()).build()) {
      assertFailure(events.publish(Step.topic("steps"), new Step("k", 0)), Outcome.REJECTED)
          .hasMessageContaining("KafkaEvents.Builder.serde");
    }
  }

  @Test
  void publish_afterClose() {
    Events events = cluster.events().build();
    events.close();
    assertFailure(events.publish(Step.topic("steps"), new Step("k", 0)), Outcome.NOT_STORED)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> events.subscribe(Step.topic("steps"), "g", step -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void flush_brokerDoesNotAnswer_tellsHowManyAreUnsent() {
    String name = cluster.newTopic(1);
    try (Events events = cluster.events().build()) {
      events.publish(Step.topic(name), new Step("k", 0)).join();
      Cluster.sharedBroker().freeze();
      try {
        for (int i = 1; i <= 3; i++) {
          events.publish(Step.topic(name), new Step("k", i));
        }
        assertThatThrownBy(() -> events.flush(Duration.ofMillis(300)))
            .isInstanceOfSatisfying(UnsentException.class, e -> assertThat(e.unsent()).isEqualTo(3))
            .hasMessageContaining("3 still unsent");
      } finally {
        Cluster.sharedBroker().thaw();
      }
      events.flush(Duration.ofSeconds(30));
    }
    assertThat(cluster.end(name, 1)).containsEntry(0, 4L);
  }

  @Test
  void close_brokerDoesNotAnswer_reportsWhatIsUnsent() {
    String name = cluster.newTopic(1);
    Events events = cluster.events().build();
    events.publish(Step.topic(name), new Step("k", 0)).join();
    Cluster.sharedBroker().freeze();
    try {
      CompletableFuture<?> unsent = events.publish(Step.topic(name), new Step("k", 1));
      Events.CloseReport report = events.close(Duration.ofMillis(300));
      assertThat(report.isComplete()).isFalse();
      assertThat(report.publishing().abandoned()).isEqualTo(1);
      assertFailure(unsent, Outcome.UNKNOWN);
      assertThat(events.close(Duration.ofSeconds(1))).isEqualTo(report);
    } finally {
      Cluster.sharedBroker().thaw();
    }
  }

  private static EventsConfig quick(EventsConfig config) {
    return config.withStartTimeout(Duration.ofSeconds(2)).withProducer("max.block.ms", "2000");
  }

  /** A port that was free a moment ago: connections to it are refused. */
  private static String addressOfNobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
      CompletableFuture<?> future, Outcome outcome) {
    return assertThatThrownBy(() -> future.orTimeout(30, TimeUnit.SECONDS).join())
        .cause()
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(outcome));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertStopped(
      Subscription subscription) {
    return assertThatThrownBy(() -> subscription.stopped().orTimeout(30, TimeUnit.SECONDS).join())
        .cause()
        .isInstanceOf(SubscriptionException.class);
  }
}
