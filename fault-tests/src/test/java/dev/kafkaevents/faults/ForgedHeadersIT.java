package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Deduplicate;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.UnorderedRetry;
import dev.kafkaevents.spi.EventsProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody writes headers of ours to a topic that anybody may write. */
@Timeout(120)
class ForgedHeadersIT {
  private static final SubscribeOptions OPTIONS = SubscribeOptions.group("public");

  /** Of each header that somewhere says something to us: what it can't say here. */
  private static final List<String> NAMES =
      List.of(
          "events-retry-tries",
          "events-retry-attempts",
          "events-retry-due",
          "events-retry-partition",
          "events-retry-offset",
          "events-retry-timestamp",
          "events-dlq-topic",
          "events-dlq-partition",
          "events-dlq-offset",
          "events-dlq-timestamp",
          "events-dlq-group",
          "events-dlq-attempts",
          "events-replays",
          "events-replay-of",
          "kafka_deliveryAttempt",
          "retry_topic-backoff-timestamp");

  private static final List<String> VALUES =
      List.of(
          "-1",
          "2147483648",
          "99999999999999999999",
          "+999999999-12-31T23:59:59Z",
          "9999-12-31T23:59:59Z",
          "",
          "\u0000\ud83d\ude00\n",
          "9".repeat(64 * 1_024));

  private final Cluster cluster = Cluster.shared();
  private final Queue<Integer> attempts = new ConcurrentLinkedQueue<>();
  private final Queue<String> waits = new ConcurrentLinkedQueue<>();

  @Test
  void headersOnAPublicTopic_delayNothing_andSayNothing() {
    String name = cluster.newTopic(1);
    cluster.createTopic(name + ".dlq", 1, Map.of());
    cluster.createTopic(name + ".public.retry", 1, Map.of());
    UnorderedRetry later = UnorderedRetry.after(Duration.ofHours(1));
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void retryScheduled(Delivery<?> delivery, Duration delay) {
            waits.add(delay.toString());
          }
        };
    try (Events events =
        cluster
            .events()
            .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
            .onDelivery(later)
            .onDelivery(Deduplicate.remembering(100))
            .onDelivery(Retry.upTo(3, Duration.ofSeconds(1)))
            .onDelivery(Breaker.around("nothing", IOException.class::isInstance))
            .probe(probe)
            .build()) {
      Subscription subscription = events.subscribe(Step.topic(name), OPTIONS, this::handle);
      later.subscribe(events, Step.topic(name), OPTIONS, this::handle);
      for (String value : VALUES) {
        events.send(forged(name, "good:1", value)).join();
        events.send(forged(name, "bad:1", value)).join();
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(cluster.committed("public")).isEqualTo(cluster.end(name, 1)));
      assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);
      assertThat(subscription.health().partitions())
          .allSatisfy(each -> assertThat(each.paused()).isEmpty());
    }
    assertThat(attempts).hasSize(2 * VALUES.size()).containsOnly(1);
    assertThat(waits).isEmpty();
    assertThat(cluster.end(name + ".public.retry", 1)).containsEntry(0, 0L);
    List<ConsumerRecord<byte[], byte[]>> letters = cluster.read(name + ".dlq", 1);
    assertThat(letters).hasSize(VALUES.size());
    for (int i = 0; i < letters.size(); i++) {
      assertThat(only(letters.get(i), "events-dlq-topic")).isEqualTo(name);
      assertThat(only(letters.get(i), "events-dlq-offset")).isEqualTo(String.valueOf(2 * i + 1));
      assertThat(only(letters.get(i), "events-dlq-attempts")).isEqualTo("1");
      assertThat(only(letters.get(i), "events-dlq-group")).isEqualTo("public");
    }
  }

  private void handle(Delivery<Step> step) {
    attempts.add(step.attempt());
    if (step.payload().key().equals("bad")) {
      throw new RejectedException("bad");
    }
  }

  /** Each of the headers, twice. */
  private static Message forged(String topic, String step, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    Headers headers = Headers.empty();
    for (String name : NAMES) {
      // All that long would be too large for a record.
      if (value.length() < 1_000 || name.startsWith("events-retry")) {
        headers = headers.add(name, bytes).add(name, bytes);
      }
    }
    return Message.of(topic, "k".getBytes(UTF_8), step.getBytes(UTF_8)).withHeaders(headers);
  }

  private static String only(ConsumerRecord<byte[], byte[]> letter, String name) {
    assertThat(letter.headers().headers(name)).hasSize(1);
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
