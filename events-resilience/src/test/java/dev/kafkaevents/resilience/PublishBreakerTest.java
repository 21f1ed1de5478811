package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Event;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.PublishInterceptor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class PublishBreakerTest {
  private static final Topic<String> ORDERS = Topic.of("orders", String.class);
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final FakeClock clock = new FakeClock();
  private final FakeHealth health = new FakeHealth();
  private final List<CompletableFuture<PublishResult>> sent = new ArrayList<>();
  private final CircuitBreaker circuit =
      CircuitBreaker.of(
          "events.publisher.orders",
          CircuitBreakerConfig.custom()
              .minimumNumberOfCalls(20)
              .permittedNumberOfCallsInHalfOpenState(1)
              .waitDurationInOpenState(Duration.ofMinutes(1))
              .maxWaitDurationInHalfOpenState(Duration.ofSeconds(10))
              .currentTimestampFunction(ignored -> clock.nanoTime(), TimeUnit.NANOSECONDS)
              .clock(clock)
              .build());
  private final PublishBreaker breaker = PublishBreaker.with(circuit).withClock(clock::nanoTime);
  private final PublishInterceptor installed = breaker.forPublisher(new FakePublishing(health));

  private CompletableFuture<PublishResult> publish() {
    return publish(installed);
  }

  private CompletableFuture<PublishResult> publish(PublishInterceptor installed) {
    return installed.intercept(
        Event.of("e-1", "String", "test", Instant.EPOCH, "payload"),
        new PublishInterceptor.Chain() {
          @Override
          public Topic<?> topic() {
            return ORDERS;
          }

          @Override
          public CompletableFuture<PublishResult> proceed(Event<?> event) {
            CompletableFuture<PublishResult> result = new CompletableFuture<>();
            sent.add(result);
            return result;
          }

          @Override
          public CompletableFuture<PublishResult> proceed(
              Event<?> event, Function<Message, CompletableFuture<PublishResult>> end) {
            throw new AssertionError("nothing is held back");
          }

          @Override
          public CompletableFuture<PublishResult> proceed(
              Event<?> event, PublishInterceptor.Listener listener) {
            throw new AssertionError("nobody listens");
          }
        });
  }

  private static void stored(CompletableFuture<PublishResult> publish) {
    publish.complete(PublishResult.of("e-1", new Position("orders", 0, 0)));
  }

  private static PublishException failure(FailureClass why) {
    return new PublishException(Outcome.UNKNOWN, why, "failed", null);
  }

  /** Publishes each moment for so long; answers when the breaker opened, or never. */
  private Duration opensAfter(Duration atMost) {
    long begin = clock.nanoTime();
    while (circuit.getState() == State.CLOSED && clock.nanoTime() - begin < atMost.toNanos()) {
      clock.advance(MOMENT);
      publish();
    }
    return Duration.ofNanos(clock.nanoTime() - begin);
  }

  private void disconnect() {
    publish();
    health.unsent = 5;
    health.connections = 0;
  }

  @Test
  void noConnection_whileSomeAreUnsent_opensIt() {
    disconnect();

    assertThat(opensAfter(Duration.ofMinutes(1)))
        .isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_200));
    assertThat(publish())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.NOT_STORED);
              assertThat(e.failureClass()).isEqualTo(FailureClass.BACK_PRESSURE);
            })
        .withMessage(
            "event e-1 was not published to topic orders: circuit breaker events.publisher.orders"
                + " is OPEN");
  }

  @Test
  void noConnection_ofAPublisherThatIsIdle_saysNothing() {
    health.connections = 0;
    assertThat(opensAfter(Duration.ofMinutes(1))).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void connectionThatComesBack_beginsAnew() {
    disconnect();
    opensAfter(Duration.ofMillis(1_800));
    health.connections = 1;
    clock.advance(MOMENT);
    publish();
    health.connections = 0;
    assertThat(opensAfter(Duration.ofMinutes(1))).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void whatWasSeenLongAgo_saysNothing() {
    disconnect();
    clock.advance(Duration.ofMinutes(9));
    publish();
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void noOutcome_whileSomeAreUnsent_opensIt() {
    publish();
    health.unsent = 5;
    assertThat(opensAfter(Duration.ofMinutes(1)))
        .isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_200));
  }

  @Test
  void outcomes_howeverSlow_keepItClosed() {
    health.unsent = 5;
    for (int i = 0; i < 10; i++) {
      opensAfter(Duration.ofSeconds(9));
      health.outcomes++;
    }
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void bufferThatIsNearlyFull_opensIt() {
    health.unsent = 5;
    health.freeBuffer = 0.2;
    publish();
    clock.advance(MOMENT);
    publish();
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
    health.freeBuffer = 0.19;
    clock.advance(MOMENT);
    publish();
    assertThat(circuit.getState()).isEqualTo(State.OPEN);
  }

  @Test
  void aProbe_closesItWhenItIsStored() {
    disconnect();
    opensAfter(Duration.ofMinutes(1));
    int before = sent.size();
    publish();
    assertThat(sent).as("refused").hasSize(before);

    clock.advance(Duration.ofMillis(60_001));
    publish();
    publish();
    assertThat(sent).as("one probe").hasSize(before + 1);
    stored(sent.get(before));
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void probeThatHasNoOutcome_doesNotKeepItHalfOpenForEver() {
    disconnect();
    opensAfter(Duration.ofMinutes(1));
    clock.advance(Duration.ofMillis(60_001));
    publish();
    int before = sent.size();
    circuit.transitionToOpenState(); // As resilience4j does by itself, on a clock that is not ours.
    clock.advance(Duration.ofMillis(60_001));
    publish();
    assertThat(sent).hasSize(before + 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REJECTED", "SECURITY", "CONFIGURATION"})
  void failuresThatAreNotOfTheCluster_neverOpenIt_andGiveTheProbeBack(FailureClass why) {
    for (int i = 0; i < 200; i++) {
      publish().completeExceptionally(failure(why));
    }
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);

    circuit.transitionToOpenState();
    clock.advance(Duration.ofMillis(60_001));
    publish().completeExceptionally(failure(why));
    int before = sent.size();
    publish();
    assertThat(sent).as("another probe").hasSize(before + 1);
  }

  @Test
  void failuresOfTheCluster_openIt() {
    for (int i = 0; i < 20; i++) {
      publish().completeExceptionally(new CompletionException(failure(FailureClass.TRANSIENT)));
    }
    assertThat(circuit.getState()).isEqualTo(State.OPEN);
  }

  @Test
  void publishThatThrows_givesItsPermitBack() {
    circuit.transitionToOpenState();
    clock.advance(Duration.ofMillis(60_001));
    Event<String> event = Event.of("e-1", "String", "test", Instant.EPOCH, "payload");
    assertThatThrownBy(
            () ->
                installed.intercept(
                    event,
                    new PublishInterceptor.Chain() {
                      @Override
                      public Topic<?> topic() {
                        return ORDERS;
                      }

                      @Override
                      public CompletableFuture<PublishResult> proceed(Event<?> event) {
                        throw new AssertionError("broken");
                      }

                      @Override
                      public CompletableFuture<PublishResult> proceed(
                          Event<?> event, Function<Message, CompletableFuture<PublishResult>> end) {
                        throw new AssertionError("nothing is held back");
                      }

                      @Override
                      public CompletableFuture<PublishResult> proceed(
                          Event<?> event, PublishInterceptor.Listener listener) {
                        throw new AssertionError("nobody listens");
                      }
                    }))
        .hasMessage("broken");
    publish();
    assertThat(sent).hasSize(1);
  }

  @Test
  void caller_canWaitUntilItCloses() {
    PublishInterceptor patient =
        breaker.waitingFor(Duration.ofMinutes(1)).forPublisher(new FakePublishing(health));
    circuit.transitionToOpenState();
    clock.advance(Duration.ofMillis(60_001));
    CompletableFuture<PublishResult> probe = publish();
    AtomicReference<CompletableFuture<PublishResult>> second = new AtomicReference<>();
    Thread caller = new Thread(() -> second.set(publish(patient)));
    caller.start();
    await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
    assertThat(sent).hasSize(1);

    stored(probe);
    await().until(() -> second.get() != null);
    assertThat(sent).hasSize(2);
  }

  @Test
  void caller_thatWaitsInVain_isTold() {
    PublishInterceptor impatient =
        PublishBreaker.with(circuit)
            .waitingFor(Duration.ofMillis(20))
            .forPublisher(new FakePublishing(health));
    circuit.transitionToForcedOpenState();
    assertThat(publish(impatient))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("waiting for PT0.02S was in vain");
  }

  @Test
  void caller_thatIsInterrupted_isTold_andStaysInterrupted() {
    circuit.transitionToForcedOpenState();
    Thread.currentThread().interrupt();
    CompletableFuture<PublishResult> refused =
        publish(breaker.waitingFor(Duration.ofMinutes(1)).forPublisher(new FakePublishing(health)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(refused).isCompletedExceptionally();
    assertThat(sent).isEmpty();
  }

  @Test
  void breakerThatMayStayHalfOpen_isRefused() {
    assertThatThrownBy(() -> PublishBreaker.with(CircuitBreaker.ofDefaults("endless")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("endless", "maxWaitDurationInHalfOpenState");
    assertThatThrownBy(() -> breaker.waitingFor(Duration.ZERO))
        .hasMessageContaining("must be above zero");
  }
}
