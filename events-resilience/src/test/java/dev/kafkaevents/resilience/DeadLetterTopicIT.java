package dev.kafkaevents.resilience;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Dead-letter topics that are not there, and letters that hardly fit, in memory and on a broker.
 */
@EventsTest(on = {Backend.MEMORY, Backend.BROKER})
@Timeout(60)
class DeadLetterTopicIT {
  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  /** Of a batch of one record, from which our headers are a good 200 bytes. */
  private static final int LIMIT = 2_000;

  private static Subscription reject(Events events) {
    return events.subscribe(
        ORDERS,
        "billing",
        order -> {
          throw new RejectedException("as planned");
        });
  }

  private static Events events(TestKafka kafka, DeadLetter deadLetter) {
    return kafka.events(builder -> builder.serde(JsonSerde.factory()).onDelivery(deadLetter));
  }

  private static void assertStopped(TestKafka kafka, Subscription subscription, String... parts) {
    kafka.awaitStopped(subscription);
    assertThatThrownBy(() -> subscription.stopped().join()).message().contains(parts);
  }

  @Test
  void topicThatIsNotThere_stopsTheSubscription_beforeItReads(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    Events events = events(kafka, DeadLetter.toTopicWithSuffix(".dlq"));
    events.publish(ORDERS, new Order("o-1")).join();

    assertStopped(kafka, reject(events), "orders.dlq", "is not there");
    assertThat(kafka.attempts("billing")).isEmpty();
  }

  @Test
  void topicForSmallerRecords_stopsTheSubscription(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1, Map.of("max.message.bytes", "1000"));

    assertStopped(
        kafka,
        reject(events(kafka, DeadLetter.toTopicWithSuffix(".dlq"))),
        "at most 1000 bytes",
        "up to 1048588");
  }

  @Test
  void topicThatIsNotThere_isCreated_andTakesTheLetter(TestKafka kafka) {
    kafka.createTopic("orders", 3, Map.of("max.message.bytes", "3000"));
    Events events = events(kafka, DeadLetter.toTopicWithSuffix(".dlq").creatingTopics());
    assertThat(events.topics().find("orders.dlq")).isNull();
    events.publish(ORDERS, new Order("o-1")).join();
    reject(events);
    kafka.settle();

    assertThatDeadLetters(kafka, "orders.dlq").single().keptTheRecord();
    assertThat(events.topics().find("orders.dlq").partitions()).isEqualTo(3);
    assertThat(events.topics().find("orders.dlq").settings())
        .containsEntry("max.message.bytes", "3000");
  }

  @Test
  void letterThatHardlyFits_losesWhatIsNotNeeded_andNothingOfTheRecord(TestKafka kafka) {
    kafka.createTopic("orders", 1, Map.of("max.message.bytes", String.valueOf(LIMIT)));
    kafka.createTopic("orders.dlq", 1, Map.of("max.message.bytes", String.valueOf(LIMIT)));
    Events events =
        events(kafka, DeadLetter.toTopicWithSuffix(".dlq").describedFor(DeadLetterDialect.CONNECT));
    kafka.write("orders", "k", bytes(LIMIT - 250));
    reject(events);
    kafka.settle();

    assertThatDeadLetters(kafka, "orders.dlq").single().ofGroup("billing").keptTheRecord();
    assertThat(headers(kafka.records("orders.dlq").get(0)))
        .containsExactlyInAnyOrder(
            "events-dlq-topic", "events-dlq-partition", "events-dlq-offset", "events-dlq-group");
  }

  @Test
  void letterThatDoesNotFit_stopsTheSubscription_andIsNotSkipped(TestKafka kafka) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1, Map.of("max.message.bytes", String.valueOf(LIMIT)));
    Events events = events(kafka, DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart());
    kafka.write("orders", "k", bytes(LIMIT));

    assertStopped(kafka, reject(events), "orders-0@0", "could not be stored", "orders.dlq");
    assertThat(kafka.records("orders.dlq")).isEmpty();
    assertThat(kafka.committed("billing", "orders")).doesNotContainValue(1L);
  }

  private static byte[] bytes(int size) {
    return "x".repeat(size).getBytes(UTF_8);
  }

  private static Set<String> headers(ConsumerRecord<byte[], byte[]> record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .map(Header::key)
        .collect(Collectors.toSet());
  }
}
