package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventHandler;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.UnavailableException;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class DeadLetterTest {
  private static final long SEED = Long.getLong("events.seed", System.nanoTime());
  private static final String CANARY = "canary4711";

  private final IOException failure = new IOException("disk of " + CANARY);
  private final FakeDelivery delivery = FakeDelivery.of("orders");

  @Test
  void success_leavesNoDeadLetter() throws Exception {
    FakeChain chain = new FakeChain(d -> {}, DeadLetter.toTopicWithSuffix(".dlq"));

    assertThat(chain.deliver(delivery)).isEqualTo(Settlement.handled());
    assertThat(chain.publisher.sent).isEmpty();
  }

  @Test
  void failure_isStored_andSettled() throws Exception {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));

    assertThat(chain.deliver(delivery))
        .isEqualTo(Settlement.deadLettered(new Position("orders.dlq", 0, 0), failure));
    Message letter = chain.publisher.sent.get(0);
    assertThat(letter.topic()).isEqualTo("orders.dlq");
    assertThat(letter.key()).isSameAs(delivery.message().key());
    assertThat(letter.value()).isSameAs(delivery.message().value());
    assertThat(letter.timestamp()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(texts(letter.headers()))
        .containsExactly(
            "events-dlq-topic=orders",
            "events-dlq-partition=3",
            "events-dlq-offset=1207",
            "events-dlq-timestamp=2026-01-02T03:04:05.678Z",
            "events-dlq-group=billing",
            "events-dlq-attempts=1",
            "events-dlq-exception=java.io.IOException",
            "events-dlq-class=transient");
  }

  @Test
  void failure_canGoToOneTopicForAll() throws Exception {
    FakeChain chain = failing(DeadLetter.toTopic("graveyard"));

    chain.deliver(delivery);
    chain.deliver(FakeDelivery.of("payments"));

    assertThat(chain.publisher.sent)
        .extracting(Message::topic)
        .containsExactly("graveyard", "graveyard");
  }

  @Test
  void undecodableRecord_isADeadLetterLikeAnyOther() throws Exception {
    SerdeException undecodable = new SerdeException("not JSON");
    FakeChain chain =
        new FakeChain(throwing(undecodable), DeadLetter.toTopicWithSuffix(".dlq"), retry());

    assertThat(chain.deliver(delivery))
        .isEqualTo(Settlement.deadLettered(new Position("orders.dlq", 0, 0), undecodable));
    assertThat(texts(chain.publisher.sent.get(0).headers()))
        .contains("events-dlq-exception=dev.kafkaevents.SerdeException");
  }

  @Test
  void record_ofAnyShape_isKeptByteForByte() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      Message record = randomMessage(random);
      FakeChain chain = failing(DeadLetter.toTopicWithSuffix("-dead"));

      chain.deliver(
          new FakeDelivery(
              new Position("orders", random.nextInt(100), random.nextLong(1L << 40)), record));

      Message letter = chain.publisher.sent.get(0);
      assertThat(letter.key()).as("seed %d", SEED).isEqualTo(record.key());
      assertThat(letter.value()).as("seed %d", SEED).isEqualTo(record.value());
      assertThat(letter.timestamp()).as("seed %d", SEED).isEqualTo(record.timestamp());
      assertThat(others(letter.headers())).as("seed %d", SEED).isEqualTo(others(record.headers()));
    }
  }

  @Test
  void headersOfAnEarlierDeadLetter_areReplaced_notAppended() throws Exception {
    Headers earlier =
        Headers.of("tenant", "a")
            .add("events-dlq-topic", "forged".getBytes(UTF_8))
            .add("events-dlq-topic", null)
            .with("events-dlq-attempts", "-1")
            .with("events-dlq-timestamp", "year 9999")
            .add("tenant", "b".getBytes(UTF_8))
            .with("events-dlq-other", "kept");
    Message record = delivery.message().withHeaders(earlier).withTimestamp(null);
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));

    chain.deliver(new FakeDelivery(delivery.position(), record));

    assertThat(texts(chain.publisher.sent.get(0).headers()))
        .containsExactly(
            "tenant=a",
            "tenant=b",
            "events-dlq-other=kept",
            "events-dlq-topic=orders",
            "events-dlq-partition=3",
            "events-dlq-offset=1207",
            "events-dlq-group=billing",
            "events-dlq-attempts=1",
            "events-dlq-exception=java.io.IOException",
            "events-dlq-class=transient");
  }

  @Test
  void attempts_areThoseOfTheRetryInside() throws Exception {
    FakeChain chain =
        failing(DeadLetter.toTopicWithSuffix(".dlq"), Retry.upTo(4, Duration.ofMillis(1)));

    chain.deliver(delivery);

    assertThat(texts(chain.publisher.sent.get(0).headers())).contains("events-dlq-attempts=4");
  }

  @Test
  void exceptionHeader_isTheClassOfWhatAFutureHasFailedWith_andTellsNoMore() throws Exception {
    FakeChain chain =
        new FakeChain(
            throwing(new CompletionException(CANARY, failure)),
            DeadLetter.toTopicWithSuffix(".dlq"));

    chain.deliver(delivery);

    assertThat(texts(chain.publisher.sent.get(0).headers()))
        .contains("events-dlq-exception=java.io.IOException")
        .noneMatch(header -> header.contains(CANARY));
  }

  @Test
  void settlement_waitsForTheAcknowledgement() throws Exception {
    CompletableFuture<Position> acknowledged = new CompletableFuture<>();
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    chain.publisher.answers(message -> acknowledged);
    AtomicReference<Settlement> settlement = new AtomicReference<>();
    Thread lane = start(() -> settlement.set(chain.deliver(delivery)));

    awaitWaiting(lane);
    assertThat(settlement).hasNullValue();
    acknowledged.complete(new Position("orders.dlq", 1, 2));
    lane.join();

    assertThat(settlement)
        .hasValue(Settlement.deadLettered(new Position("orders.dlq", 1, 2), failure));
  }

  @Test
  void interruption_whileWaiting_passes_soThatTheRecordComesAgain() throws Exception {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    chain.publisher.answers(message -> new CompletableFuture<>());
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread lane = start(() -> thrown.set(catchThrowable(() -> chain.deliver(delivery))));

    awaitWaiting(lane);
    lane.interrupt();
    lane.join();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(thrown.get().getSuppressed()).containsExactly(failure);
  }

  static Stream<Function<Message, CompletableFuture<Position>>> refusals() {
    return Stream.of(
        message -> CompletableFuture.failedFuture(refusal()),
        message -> {
          throw refusal();
        });
  }

  private static PublishException refusal() {
    return new PublishException(
        PublishException.Outcome.NOT_STORED, FailureClass.CONFIGURATION, "no such topic", null);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void deadLetterThatCantBeStored_failsTheDelivery_andKeepsBothReasons(
      Function<Message, CompletableFuture<Position>> refusal) {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    chain.publisher.answers(refusal);

    Throwable thrown = catchThrowable(() -> chain.deliver(delivery));

    assertThat(thrown)
        .isInstanceOf(EventsException.class)
        .hasMessage(
            "the dead letter of orders-3@1207 could not be stored in topic orders.dlq, so group"
                + " billing stops there; it goes on from there once it can be")
        .cause()
        .isInstanceOf(PublishException.class);
    assertThat(thrown.getSuppressed()).containsExactly(failure);
    assertThat(failure.getSuppressed()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSIENT", "UNKNOWN_OUTCOME", "BACK_PRESSURE", "SECURITY"})
  void deadLetterThatMayBeStoredLater_isSentAgain_whileOthersHaveTheSlot(FailureClass why)
      throws Exception {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq")).onWait(wait -> {});
    chain.publisher.answers(
        message ->
            chain.publisher.sent.size() < 4
                ? CompletableFuture.failedFuture(notNow(why))
                : CompletableFuture.completedFuture(new Position(message.topic(), 0, 7)));

    assertThat(chain.deliver(delivery))
        .isEqualTo(Settlement.deadLettered(new Position("orders.dlq", 0, 7), failure));

    assertThat(chain.holds).containsExactly(Hold.LANE, Hold.LANE, Hold.LANE);
    assertThat(chain.publisher.sent).hasSize(4).containsOnly(chain.publisher.sent.get(0));
    assertThat(chain.handled()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSIENT", "UNKNOWN_OUTCOME", "BACK_PRESSURE", "SECURITY"})
  void deadLetterThatMayBeStoredLater_stopsIfThatIsAskedFor(FailureClass why) {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq").stoppingIfNotStored());
    chain.publisher.answers(message -> CompletableFuture.failedFuture(notNow(why)));

    assertThatThrownBy(() -> chain.deliver(delivery))
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("group billing stops there");
    assertThat(chain.publisher.sent).hasSize(1);
  }

  private static PublishException notNow(FailureClass why) {
    return new PublishException(PublishException.Outcome.NOT_STORED, why, "not now", null);
  }

  @Test
  void acknowledgementThatTakesLong_isWaitedForAside() throws Exception {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    CompletableFuture<Position> acknowledged = new CompletableFuture<>();
    chain.publisher.answers(message -> acknowledged);
    chain.onWait(wait -> acknowledged.complete(new Position("orders.dlq", 0, 7)));

    assertThat(chain.deliver(delivery)).isInstanceOf(Settlement.DeadLettered.class);
    assertThat(chain.holds).containsExactly(Hold.LANE);
    assertThat(chain.publisher.sent).hasSize(1);
  }

  @Test
  void deadLetterThatIsCancelled_failsTheDelivery() {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    CompletableFuture<Position> cancelled = new CompletableFuture<>();
    cancelled.cancel(true);
    chain.publisher.answers(message -> cancelled);

    assertThatThrownBy(() -> chain.deliver(delivery))
        .isInstanceOf(EventsException.class)
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void sendThatFailsForAnInterruption_passesIt() {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    chain.publisher.answers(
        message -> {
          Thread.currentThread().interrupt();
          return CompletableFuture.failedFuture(
              new PublishException(PublishException.Outcome.NOT_STORED, "interrupted", null));
        });

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  static Stream<Throwable> notOfTheRecord() {
    return Stream.of(
        new InterruptedException(),
        new OutOfMemoryError(),
        new AssertionError(),
        new CompletionException(new InterruptedException()),
        new CompletionException(new NoClassDefFoundError()));
  }

  @Test
  void outage_isTriedAgain_andThenPasses() {
    UnavailableException outage = new UnavailableException("the registry does not answer");
    FakeChain chain =
        new FakeChain(d -> sneak(outage), DeadLetter.toTopicWithSuffix(".dlq"), retry());

    assertThatThrownBy(() -> chain.deliver(delivery)).isSameAs(outage);
    assertThat(chain.delays).isNotEmpty();
    assertThat(chain.publisher.sent).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("notOfTheRecord")
  void interruptionsAndErrors_pass(Throwable other) {
    FakeChain chain =
        new FakeChain(d -> sneak(other), DeadLetter.toTopicWithSuffix(".dlq"), retry());

    assertThatThrownBy(() -> chain.deliver(delivery)).isSameAs(other);
    assertThat(chain.publisher.sent).isEmpty();
  }

  @Test
  void interruption_hiddenInAnotherFailure_isNoDeadLetter() {
    FakeChain chain =
        new FakeChain(
            d -> {
              Thread.currentThread().interrupt();
              throw new IllegalStateException("was interrupted");
            },
            DeadLetter.toTopicWithSuffix(".dlq"));

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(InterruptedException.class);
    assertThat(chain.publisher.sent).isEmpty();
  }

  @Test
  void closing_whileARetryWaits_isNoDeadLetter() {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"), retry()).closing();

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(InterruptedException.class);
    assertThat(chain.publisher.sent).isEmpty();
  }

  @Test
  void letterThatIsRefused_isSentWithoutWhatIsNotNeeded() throws Exception {
    FakeChain chain =
        failing(DeadLetter.toTopicWithSuffix(".dlq").describedFor(DeadLetterDialect.SPRING));
    chain.publisher.answers(
        message ->
            texts(message.headers()).size() > 4
                ? CompletableFuture.failedFuture(notNow(FailureClass.REJECTED))
                : CompletableFuture.completedFuture(new Position(message.topic(), 0, 7)));

    chain.deliver(delivery);

    assertThat(chain.publisher.sent).hasSize(2);
    Message letter = chain.publisher.sent.get(1);
    assertThat(letter.value()).isSameAs(delivery.message().value());
    assertThat(texts(letter.headers()))
        .containsExactly(
            "events-dlq-topic=orders",
            "events-dlq-partition=3",
            "events-dlq-offset=1207",
            "events-dlq-group=billing");
    assertThat(DeadLetterOrigin.of(letter).position()).isEqualTo(delivery.position());
  }

  @Test
  void letterThatIsRefusedEvenSo_failsTheDelivery() {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    chain.publisher.answers(
        message -> CompletableFuture.failedFuture(notNow(FailureClass.REJECTED)));

    assertThatThrownBy(() -> chain.deliver(delivery))
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("group billing stops there");
    assertThat(chain.publisher.sent).hasSize(2);
  }

  @Test
  void headersOfOurs_areTwoKibibytesAtMost() throws Exception {
    String topic = "t".repeat(245);
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix(".dlq"));
    FakeDelivery longest =
        new FakeDelivery(
            new Position(topic, Integer.MAX_VALUE, Long.MAX_VALUE),
            Message.of(topic, null, null).withTimestamp(Instant.parse("9999-12-31T23:59:59.999Z")));

    chain.deliver(longest);

    int bytes = 0;
    for (Headers.Header header : chain.publisher.sent.get(0).headers()) {
      bytes += header.name().length() + header.value().length;
    }
    // A group and a class may have 256 characters each, and these have 7 and 19.
    assertThat(bytes + 2 * 256).isLessThan(2048);
  }

  @Test
  void suffixThatIsTheNameOfTheSource_isNotTheSource() throws Exception {
    FakeChain chain = failing(DeadLetter.toTopicWithSuffix("orders"));

    chain.deliver(delivery);

    assertThat(chain.publisher.sent.get(0).topic()).isEqualTo("ordersorders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".dlq ", "/dlq", "ü"})
  void suffixThatIsNotLegal_isRefused(String suffix) {
    assertThatThrownBy(() -> DeadLetter.toTopicWithSuffix(suffix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as .dlq");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b"})
  void nameThatIsNotLegal_isRefused(String name) {
    assertThatThrownBy(() -> DeadLetter.toTopic(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsThrown_tellsNothingOfThePayload() {
    FakeChain chain =
        new FakeChain(
            throwing(new IOException("x")),
            DeadLetter.toTopicWithSuffix(".dlq").stoppingIfNotStored());
    chain.publisher.answers(
        message ->
            CompletableFuture.failedFuture(
                new PublishException(PublishException.Outcome.UNKNOWN, "x", null)));
    Message record =
        Message.of("orders", CANARY.getBytes(UTF_8), CANARY.getBytes(UTF_8))
            .withHeader("h", CANARY);

    Throwable thrown =
        catchThrowable(() -> chain.deliver(new FakeDelivery(delivery.position(), record)));

    StringWriter printed = new StringWriter();
    thrown.printStackTrace(new PrintWriter(printed));
    assertThat(printed.toString()).doesNotContain(CANARY);
  }

  private FakeChain failing(DeliveryInterceptor... interceptors) {
    return new FakeChain(throwing(failure), interceptors);
  }

  private static Retry retry() {
    return Retry.upTo(3, Duration.ofMillis(1));
  }

  private static EventHandler<String> throwing(Exception failure) {
    return d -> {
      throw failure;
    };
  }

  private static List<String> texts(Headers headers) {
    List<String> texts = new ArrayList<>();
    headers.forEach(header -> texts.add(header.name() + "=" + header.text()));
    return texts;
  }

  private static List<String> others(Headers headers) {
    List<String> others = new ArrayList<>();
    for (Headers.Header header : headers) {
      if (!header.name().startsWith("events-dlq-")) {
        others.add(header.name() + "=" + Arrays.toString(header.value()));
      }
    }
    return others;
  }

  private static Message randomMessage(Random random) {
    Headers headers = Headers.empty();
    for (int n = random.nextInt(5); n > 0; n--) {
      headers =
          headers.add(
              List.of("a", "b", "", "ce_id", "events-dlq-group").get(random.nextInt(5)),
              randomBytes(random));
    }
    return Message.of("orders", randomBytes(random), randomBytes(random))
        .withHeaders(headers)
        .withTimestamp(
            random.nextInt(10) == 0 ? null : Instant.ofEpochMilli(random.nextLong(1L << 45)));
  }

  private static byte @Nullable [] randomBytes(Random random) {
    if (random.nextInt(5) == 0) {
      return null;
    }
    byte[] bytes = new byte[random.nextInt(50)];
    random.nextBytes(bytes);
    return bytes;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  private static Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    return thread;
  }

  private static void awaitWaiting(Thread thread) {
    await()
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
  }

  @SuppressWarnings("unchecked") // an unchecked cast is what lets any throwable out
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }
}
