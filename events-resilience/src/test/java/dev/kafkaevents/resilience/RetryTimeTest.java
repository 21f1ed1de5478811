package dev.kafkaevents.resilience;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of retries go by the time that their waits go by, which in these tests is virtual. */
@EventsTest
@Timeout(30)
class RetryTimeTest {
  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private final AtomicInteger attempts = new AtomicInteger();

  private void fail(TestKafka kafka, Retry retry) {
    kafka.createTopic("orders", 1);
    kafka.createTopic("orders.dlq", 1);
    Events events =
        kafka.events(
            builder ->
                builder
                    .serde(JsonSerde.factory())
                    .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
                    .onDelivery(retry));
    events.publish(ORDERS, new Order("o-1")).join();
    events.subscribe(
        ORDERS,
        "billing",
        order -> {
          attempts.incrementAndGet();
          throw new IllegalStateException("as planned");
        });
    kafka.settle();
    assertThatDeadLetters(kafka, "orders.dlq").hasSize(1);
  }

  private static Retry everyMinute() {
    return Retry.of(
        RetryConfig.custom().maxAttempts(10_000).waitDuration(Duration.ofMinutes(1)).build());
  }

  @Test
  void totalTime_isThatOfTheSubscription(TestKafka kafka) {
    fail(kafka, everyMinute().within(Duration.ofHours(2)));
    assertThat(attempts.get()).isBetween(120, 121);
  }
}
