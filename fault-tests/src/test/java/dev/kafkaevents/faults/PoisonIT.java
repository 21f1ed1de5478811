package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that can't be read, among good ones. */
@Timeout(120)
class PoisonIT {
  private static final int PARTITIONS = 3;
  private static final int RECORDS = 2_000;
  private static final int EVERY = 50;

  private final Cluster cluster = Cluster.shared();
  private final Steps steps = new Steps();

  @Test
  void withDeadLetters_allElseIsHandled_inOrder() {
    SubscribeOptions options = SubscribeOptions.group("poison-kept").withConcurrency(8);
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    cluster.createTopic(topic + ".dlq", 1, Map.of());
    try (Events events =
        builder(history).install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(5))).build()) {
      publish(events, history, topic);
      events.subscribe(Step.topic(topic), options, step -> {});
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.deadLettered()).isEqualTo(RECORDS / EVERY);
    assertThat(figures.settled()).isEqualTo(RECORDS);
    assertThat(cluster.end(topic + ".dlq", 1)).isEqualTo(Map.of(0, (long) RECORDS / EVERY));
  }

  @Test
  void without_itStopsThere_andGoesOnFromThereWithThem() {
    SubscribeOptions options = SubscribeOptions.group("poison-stops").withConcurrency(8);
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    cluster.createTopic(topic + ".dlq", 1, Map.of());
    try (Events events = builder(history).build()) {
      publish(events, history, topic);
      Subscription subscription = events.subscribe(Step.topic(topic), options, step -> {});
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> subscription.state() == Subscription.State.FAILED);
    }
    cluster.tell(history);
    history.judgeSoFar().check();
    try (Events events =
        builder(history).install(Resilience.retryThenDeadLetter(1, Duration.ofMillis(5))).build()) {
      events.subscribe(Step.topic(topic), options, step -> {});
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    Verdict.Figures figures = cluster.judge(history);
    assertThat(figures.deadLettered()).isEqualTo(RECORDS / EVERY);
    assertThat(figures.repeated()).isZero();
  }

  /** What can't be read, or is nothing that anybody would write. */
  static Stream<Message> poison() {
    byte[] key = "k".getBytes(UTF_8);
    byte[] bad = {0, (byte) 0xFF, 1};
    Headers many = Headers.of(IntStream.range(0, 10_000).mapToObj(PoisonIT::numbered).toList());
    return Stream.of(
        Message.of("value", key, bad),
        Message.of("key", new byte[] {(byte) 0xC3, 0, (byte) 0xFF}, bad),
        Message.of("no key", null, bad),
        Message.of("no bytes", key, new byte[0]),
        Message.of("900 kB", key, new byte[900_000]),
        Message.of("10,000 headers", key, bad).withHeaders(many),
        Message.of("large header", key, bad)
            .withHeaders(Headers.of("large", "x".repeat(64 * 1_024))),
        Message.of("headers without a value", key, bad)
            .withHeaders(Headers.empty().add("none", null).add("none", null)),
        Message.of("unknown type", key, "k:1".getBytes(UTF_8))
            .withHeaders(Headers.of("content-type", "application/x-unknown")),
        Message.of("unknown version", key, "k:1".getBytes(UTF_8))
            .withHeaders(Headers.of("ce_specversion", "9.9")));
  }

  private static Headers.Header numbered(int i) {
    return new Headers.Header("header-" + i, String.valueOf(i).getBytes(UTF_8));
  }

  @Test
  void ofEveryKind_isOneDeadLetterByteForByte_andNoHandlerSeesIt() {
    SubscribeOptions options = SubscribeOptions.group("poison-kinds");
    History history = History.of(options);
    String topic = cluster.newTopic(PARTITIONS);
    cluster.createTopic(topic + ".dlq", 1, Map.of());
    Map<String, Message> sent = new HashMap<>();
    Queue<Step> handled = new ConcurrentLinkedQueue<>();
    try (Events events =
        builder(history).install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(5))).build()) {
      poison()
          .forEach(
              kind -> {
                events.publish(Step.topic(topic), steps.next("good"));
                Message message =
                    kind.withTopic(topic).withHeaders(kind.headers().with("kind", kind.topic()));
                Position at = events.send(message).join();
                history.published(kind.topic(), at);
                sent.put(kind.topic(), message);
              });
      events.flush(Duration.ofSeconds(30));
      events.subscribe(Step.topic(topic), options, step -> handled.add(step.payload()));
      cluster.awaitDone(history, options.group(), topic, PARTITIONS);
    }
    assertThat(cluster.judge(history).deadLettered()).isEqualTo(sent.size());
    assertThat(handled).hasSize(sent.size()).allMatch(step -> step.key().equals("good"));

    List<ConsumerRecord<byte[], byte[]>> letters = cluster.read(topic + ".dlq", 1);
    assertThat(letters).hasSize(sent.size());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String kind = new String(letter.headers().lastHeader("kind").value(), UTF_8);
      Message message = sent.remove(kind);
      assertThat(letter.key()).as(kind).isEqualTo(message.key());
      assertThat(letter.value()).as(kind).isEqualTo(message.value());
      List<Headers.Header> before = new ArrayList<>();
      message.headers().forEach(before::add);
      List<Headers.Header> after =
          Arrays.stream(letter.headers().toArray())
              .map(header -> new Headers.Header(header.key(), header.value()))
              .toList();
      assertThat(after.subList(0, before.size()))
          .as(kind)
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(before);
      assertThat(after.subList(before.size(), after.size()))
          .as(kind)
          .allMatch(header -> header.name().startsWith("events-dlq-"));
    }
    assertThat(sent).isEmpty();
  }

  private KafkaEvents.Builder builder(History history) {
    return cluster.events(cluster.config(), history);
  }

  private void publish(Events events, History history, String topic) {
    for (int i = 0; i < RECORDS; i++) {
      String key = "key-" + i % 30;
      if (i % EVERY == EVERY / 2) {
        Position at =
            events
                .send(Message.of(topic, key.getBytes(UTF_8), "undecodable".getBytes(UTF_8)))
                .join();
        history.published("poison-" + i, at);
      } else {
        events.publish(Step.topic(topic), steps.next(key));
      }
    }
    events.flush(Duration.ofSeconds(30));
  }
}
