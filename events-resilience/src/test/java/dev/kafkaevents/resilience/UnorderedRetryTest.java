package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnorderedRetryTest {
  private static final String RETRIES = "orders.billing.retry";
  private static final Duration SHORT = Duration.ofMinutes(10);
  private static final Duration LONG = Duration.ofHours(2);
  private static final Instant STORED = Instant.parse("2026-01-02T03:04:05.678Z");

  private final FakeClock clock = new FakeClock();
  private final FakeTopics topics = new FakeTopics().with("orders").with(RETRIES);
  private final UnorderedRetry later = UnorderedRetry.after(SHORT, LONG);
  private final IOException failure = new IOException("down");
  private final List<Duration> waits = new ArrayList<>();

  private DeliveryInterceptor begun(String topic, SubscribeOptions options) {
    return later.forSubscription(
        new FakeBeginning(Topic.of(topic, String.class), options, topics, clock));
  }

  private DeliveryInterceptor inSource() {
    return begun("orders", SubscribeOptions.group("billing"));
  }

  private DeliveryInterceptor inRetries() {
    return begun(
        RETRIES,
        SubscribeOptions.group("billing")
            .withOrdering(Ordering.NONE)
            .withStallTimeout(LONG.plusSeconds(1)));
  }

  private FakeChain failing(Exception failure, DeliveryInterceptor... interceptors) {
    return chain(failure, interceptors);
  }

  private FakeChain chain(@Nullable Exception failure, DeliveryInterceptor... interceptors) {
    return new FakeChain(
            d -> {
              if (failure != null) {
                throw failure;
              }
            },
            interceptors)
        .onWait(
            wait -> {
              waits.add(wait);
              clock.advance(wait);
            });
  }

  private static FakeDelivery onRetryTopic(Message message) {
    return new FakeDelivery(new Position(RETRIES, 0, 5), message);
  }

  private static FakeDelivery onRetryTopic(String... headers) {
    Message message = Message.of(RETRIES, "key".getBytes(UTF_8), "value".getBytes(UTF_8));
    for (int i = 0; i < headers.length; i += 2) {
      message = message.withHeader(headers[i], headers[i + 1]);
    }
    return onRetryTopic(message);
  }

  private static List<String> texts(Headers headers) {
    List<String> texts = new ArrayList<>();
    headers.forEach(header -> texts.add(header.name() + "=" + header.text()));
    return texts;
  }

  @Test
  void failure_isKeptForLater_andTheDeliveryEnds() throws Exception {
    inRetries();
    FakeChain chain = failing(failure, inSource());
    FakeDelivery delivery = FakeDelivery.of("orders");

    assertThat(chain.deliver(delivery)).isEqualTo(Settlement.skipped("retried later"));

    Message kept = chain.publisher.sent.get(0);
    assertThat(kept.topic()).isEqualTo(RETRIES);
    assertThat(kept.key()).isSameAs(delivery.message().key());
    assertThat(kept.value()).isSameAs(delivery.message().value());
    assertThat(kept.timestamp()).as("the present").isNull();
    assertThat(texts(kept.headers()))
        .containsExactly(
            "events-retry-tries=1",
            "events-retry-attempts=1",
            "events-retry-due=1970-01-01T00:10:00Z",
            "events-retry-partition=3",
            "events-retry-offset=1207",
            "events-retry-timestamp=" + STORED);
    assertThat(waits).isEmpty();
  }

  @Test
  void eachTry_waitsUntilItIsDue_andTheLastFailureIsADeadLetterOfTheFirstRecord() throws Exception {
    DeliveryInterceptor retries = inRetries();
    FakeDelivery first = FakeDelivery.of("orders");
    FakeChain source = failing(failure, inSource());
    source.deliver(first);
    clock.advance(Duration.ofMinutes(4));

    FakeChain second = failing(failure, retries);
    second.deliver(onRetryTopic(source.publisher.sent.get(0)));
    assertThat(second.holds).containsExactly(Hold.LANE);
    assertThat(waits).containsExactly(Duration.ofMinutes(6));
    assertThat(texts(second.publisher.sent.get(0).headers()))
        .contains(
            "events-retry-tries=2",
            "events-retry-attempts=2",
            "events-retry-due=1970-01-01T02:10:00Z",
            "events-retry-offset=1207");

    FakeChain third =
        failing(
            failure,
            DeadLetter.toTopicWithSuffix(".dlq").describedFor(DeadLetterDialect.CONNECT),
            retries,
            Retry.upTo(3, Duration.ofMillis(1)));
    third.deliver(onRetryTopic(second.publisher.sent.get(0)));
    assertThat(waits).startsWith(Duration.ofMinutes(6), LONG);
    Message letter = third.publisher.sent.get(0);
    assertThat(letter.topic()).isEqualTo("orders.dlq");
    assertThat(letter.timestamp()).isEqualTo(STORED);
    assertThat(texts(letter.headers()))
        .contains(
            "__connect.errors.offset=1207",
            "events-dlq-topic=orders",
            "events-dlq-partition=3",
            "events-dlq-offset=1207",
            "events-dlq-timestamp=" + STORED,
            "events-dlq-attempts=5",
            "events-dlq-exception=java.io.IOException")
        .noneMatch(text -> text.startsWith("events-retry"));
  }

  @Test
  void tryThatSucceeds_isHandled() throws Exception {
    FakeChain chain = chain(null, inRetries());

    assertThat(chain.deliver(onRetryTopic("events-retry-due", "1970-01-01T00:01:00Z")))
        .isEqualTo(Settlement.handled());
    assertThat(waits).containsExactly(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @CsvSource({
    "9999-12-31T23:59:59Z, 1, PT10M",
    "+1000000000-12-31T23:59:59Z, 1, PT10M",
    "9999-12-31T23:59:59Z, 2, PT2H",
    "9999-12-31T23:59:59Z, 2147483648, PT2H",
    "9999-12-31T23:59:59Z, 999999999999999999, PT2H",
    "9999-12-31T23:59:59Z, -1, PT10M",
    "9999-12-31T23:59:59Z, 0, PT10M",
    "9999-12-31T23:59:59Z, x, PT10M",
  })
  void headersThatCantBeTrue_delayByWhatIsConfiguredAtMost(String due, String tries, Duration most)
      throws Exception {
    FakeChain chain = chain(null, inRetries());

    chain.deliver(onRetryTopic("events-retry-due", due, "events-retry-tries", tries));

    assertThat(waits).hasSizeLessThanOrEqualTo(1);
    assertThat(waits).allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(most));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "yesterday", "", "2026"})
  void dueTimeThatIsNone_isNow(String due) throws Exception {
    FakeChain chain = chain(null, inRetries());

    chain.deliver(onRetryTopic("events-retry-due", due));

    assertThat(waits).isEmpty();
  }

  @Test
  void headersOnATopicThatIsNotOurs_meanNothing() throws Exception {
    inRetries();
    FakeChain chain = failing(failure, inSource());
    Message forged =
        FakeDelivery.of("orders")
            .message()
            .withHeader("events-retry-tries", "99")
            .withHeader("events-retry-attempts", "7")
            .withHeader("events-retry-offset", "1")
            .withHeader("events-retry-due", "9999-12-31T23:59:59Z");

    chain.deliver(new FakeDelivery(new Position("orders", 3, 1207), forged));

    assertThat(waits).isEmpty();
    assertThat(texts(chain.publisher.sent.get(0).headers()))
        .containsExactly(
            "events-retry-tries=1",
            "events-retry-attempts=1",
            "events-retry-due=1970-01-01T00:10:00Z",
            "events-retry-partition=3",
            "events-retry-offset=1207",
            "events-retry-timestamp=" + STORED);
  }

  @Test
  void retryTopicOfAnotherGroup_isATopicLikeAnyOther() {
    FakeDelivery other =
        new FakeDelivery(
            new Position("orders.shipping.retry", 0, 0),
            Message.of("orders.shipping.retry", null, null));
    assertThat(Retried.of(other)).isNull();
  }

  @Test
  void failureThatALaterTryWouldNotHelp_isThrownOn() {
    inRetries();
    RejectedException rejected = new RejectedException("no");
    FakeChain chain = failing(rejected, inSource());

    assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders"))).isSameAs(rejected);
    assertThat(chain.publisher.sent).isEmpty();
  }

  @Test
  void rule_saysWhatALaterTryWouldHelp() throws Exception {
    inRetries();
    DeliveryInterceptor source =
        later
            .classifying(failed -> FailureClass.REJECTED)
            .forSubscription(new FakeBeginning("orders", topics));
    FakeChain chain = failing(failure, source);

    assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders"))).isSameAs(failure);
  }

  @Test
  void recordThatCantBeKept_goesItsWay() {
    inRetries();
    FakeChain chain = failing(failure, inSource());
    chain.publisher.answers(
        message ->
            CompletableFuture.failedFuture(
                new PublishException(PublishException.Outcome.REJECTED, "too large", null)));

    assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders"))).isSameAs(failure);
  }

  @Test
  void topicThatNobodyReads_getsNothing_andTheSubscriptionStops() {
    FakeChain chain = failing(failure, DeadLetter.toTopicWithSuffix(".dlq"), inSource());

    assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders")))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContainingAll(RETRIES, "orders-3@1207", "UnorderedRetry.subscribe")
        .hasSuppressedException(failure);
    assertThat(chain.publisher.sent).isEmpty();
    assertThat(waits).containsExactly(Duration.ofSeconds(30));
  }

  @Test
  void subscriptionInWhichWhatWaitsWouldHoldUpOthers_isRefused() {
    for (SubscribeOptions options :
        List.of(
            SubscribeOptions.group("billing").withStallTimeout(LONG.plusSeconds(1)),
            SubscribeOptions.group("billing").withOrdering(Ordering.NONE).withStallTimeout(LONG))) {
      assertThatThrownBy(() -> begun(RETRIES, options))
          .isInstanceOf(EventsException.class)
          .hasMessageContainingAll(RETRIES, "UnorderedRetry.subscribe", "PT2H");
    }
  }

  @Test
  void topicThatIsNotThere_orKeepsRecordsForLessThanTheyWait_isRefused() {
    topics.with(RETRIES, "retention.ms", String.valueOf(2 * LONG.toMillis() - 1));
    assertThatThrownBy(this::inSource)
        .hasMessageContainingAll("retry topic " + RETRIES, "retention.ms=14399999", "14400000");

    assertThatThrownBy(
            () ->
                later.forSubscription(
                    new FakeBeginning("payments", new FakeTopics().with("payments"))))
        .hasMessageContainingAll("retry topic payments.billing.retry", "is not there");
  }

  @Test
  void delaysThatAreNone_areRefused() {
    assertThatThrownBy(UnorderedRetry::after).hasMessageContaining("at least one");
    for (Duration delay : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(8))) {
      assertThatThrownBy(() -> UnorderedRetry.after(delay))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most PT168H");
    }
  }
}
