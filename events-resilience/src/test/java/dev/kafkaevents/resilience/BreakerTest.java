package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventHandler;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BreakerTest {
  private static final Duration WAIT = Duration.ofSeconds(2);

  private final FakeClock clock = new FakeClock();
  private final CircuitBreaker circuit =
      CircuitBreaker.of(
          "db",
          CircuitBreakerConfig.custom()
              .slidingWindowSize(4)
              .minimumNumberOfCalls(4)
              .permittedNumberOfCallsInHalfOpenState(1)
              .waitDurationInOpenState(WAIT)
              .maxWaitDurationInHalfOpenState(Duration.ofMinutes(1))
              .clock(clock)
              .currentTimestampFunction(c -> clock.nanoTime(), TimeUnit.NANOSECONDS)
              .build());
  private final Breaker breaker = Breaker.around(circuit, IOException.class::isInstance);
  private final List<Integer> attempts = new ArrayList<>();
  private boolean down = true;

  private FakeChain chain(EventHandler<String> handler) {
    return new FakeChain(
            d -> {
              attempts.add(d.attempt());
              handler.handle(d);
            },
            DeadLetter.toTopicWithSuffix(".dlq"),
            Retry.upTo(2, Duration.ofMillis(1)),
            breaker)
        .onWait(clock::advance);
  }

  private FakeChain needy() {
    return chain(
        d -> {
          if (down) {
            throw new IOException("connection refused");
          }
        });
  }

  @Test
  void dependencyThatIsDown_isWaitedFor_withoutAttemptsOrDeadLetters() throws Exception {
    FakeChain chain = needy();
    chain.onWait(
        wait -> {
          clock.advance(wait);
          down = clock.nanoTime() < Duration.ofMinutes(5).toNanos();
        });

    assertThat(chain.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());

    assertThat(chain.publisher.sent).isEmpty();
    assertThat(chain.delays).isEmpty(); // Those of retries.
    assertThat(attempts).containsOnly(1);
    // Four calls to open it, each after a longer wait, and one in each two seconds of five minutes.
    assertThat(chain.handled()).isBetween(140, 156);
    assertThat(chain.holds).startsWith(Hold.LANE, Hold.LANE, Hold.LANE, Hold.PARTITION);
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void open_letsNobodyThrough_untilTheProbeIsDue() {
    circuit.transitionToOpenState();
    FakeChain chain = needy();
    chain.closing();

    assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders")))
        .isInstanceOf(InterruptedException.class);
    assertThat(chain.handled()).isZero();
    assertThat(chain.holds).containsExactly(Hold.PARTITION);
  }

  @Test
  void halfOpen_hasOneProbe() throws Exception {
    circuit.transitionToOpenState();
    clock.advance(WAIT.plusMillis(1));
    down = false;
    FakeChain second = needy().closing();
    FakeChain first =
        chain(
            d ->
                assertThatThrownBy(() -> second.deliver(FakeDelivery.of("orders")))
                    .isInstanceOf(InterruptedException.class));

    assertThat(first.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(second.handled()).isZero();
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void probeThatSucceeds_letsThoseGoOnThatWait_atOnce() throws Exception {
    CircuitBreaker patient =
        CircuitBreaker.of(
            "patient",
            CircuitBreakerConfig.custom()
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(Duration.ofMinutes(10))
                .maxWaitDurationInHalfOpenState(Duration.ofMinutes(10))
                .build());
    Breaker breaker = Breaker.around(patient, IOException.class::isInstance);
    patient.transitionToOpenState();
    patient.transitionToHalfOpenState();
    CountDownLatch probing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    FakeChain probe =
        new FakeChain(
            d -> {
              probing.countDown();
              mayEnd.await();
            },
            breaker);
    Thread first = delivering(probe);
    probing.await();
    FakeChain waiting = new FakeChain(d -> {}, breaker);
    Thread second = delivering(waiting);
    await().until(() -> second.getState() == Thread.State.TIMED_WAITING);

    mayEnd.countDown();

    first.join();
    second.join(); // Otherwise in ten minutes.
    assertThat(waiting.handled()).isEqualTo(1);
  }

  private static Thread delivering(FakeChain chain) {
    Thread thread =
        new Thread(
            () -> {
              try {
                chain.deliver(FakeDelivery.of("orders"));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void probeThatSaysNothing_givesItsPermitBack() throws Exception {
    List<Throwable> nothings =
        List.of(
            new RejectedException("not for us"),
            new IllegalStateException("a bug"),
            new StackOverflowError(),
            new InterruptedException(),
            new CompletionException(new OutOfMemoryError()));
    circuit.transitionToOpenState();
    clock.advance(WAIT.plusMillis(1));
    for (Throwable nothing : nothings) {
      FakeChain alone = new FakeChain(d -> sneak(nothing), breaker).onWait(clock::advance);
      assertThatThrownBy(() -> alone.deliver(FakeDelivery.of("orders"))).isSameAs(nothing);
      assertThat(alone.handled()).isEqualTo(1);
      assertThat(circuit.getState()).as(nothing.toString()).isEqualTo(State.HALF_OPEN);
    }
    down = false;
    assertThat(needy().deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void otherFailures_goTheirWay_andDoNotOpenIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      FakeChain chain =
          chain(
              d -> {
                throw new IllegalStateException("a bug");
              });
      assertThat(chain.deliver(FakeDelivery.of("orders")))
          .isInstanceOf(Settlement.DeadLettered.class);
      assertThat(chain.handled()).isEqualTo(2);
    }
    assertThat(circuit.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void failureOfAFuture_isWhatItHasFailedWith() throws Exception {
    FakeChain chain =
        chain(
            d -> {
              if (down) {
                throw new CompletionException(new IOException("connection refused"));
              }
            });
    chain.onWait(wait -> down = false);
    assertThat(chain.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(chain.holds).containsExactly(Hold.LANE);
  }

  @Test
  void forcedOpen_waitsForWhoeverForcedIt() throws Exception {
    circuit.transitionToForcedOpenState();
    down = false;
    FakeChain chain = needy();
    List<Duration> waits = new ArrayList<>();
    chain.onWait(
        wait -> {
          waits.add(wait);
          if (waits.size() == 3) {
            circuit.transitionToClosedState();
          }
        });
    assertThat(chain.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(waits).hasSize(3);
  }

  @Test
  void deliveriesThatDoNotNeedIt_passWhileItIsOpen() throws Exception {
    circuit.transitionToOpenState();
    FakeChain chain =
        new FakeChain(d -> {}, breaker.onlyFor(d -> d.topic().name().equals("payments")));
    assertThat(chain.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    assertThat(chain.holds).isEmpty();
  }

  @Test
  void predicateThatFails_saysSo_andLeaksNoPermit() {
    Breaker broken =
        Breaker.around(
            circuit,
            failure -> {
              throw new IllegalArgumentException("of the predicate");
            });
    circuit.transitionToOpenState();
    clock.advance(WAIT.plusMillis(1));
    for (int i = 0; i < 3; i++) {
      FakeChain chain =
          new FakeChain(
              d -> {
                throw new IOException("down");
              },
              broken);
      assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders")))
          .hasMessageContainingAll("db", "orders-3@1207")
          .hasRootCauseMessage("of the predicate")
          .hasSuppressedException(new IOException("down"));
    }
  }

  @Test
  void circuitThatMayStayHalfOpen_isRefused() {
    assertThatThrownBy(() -> Breaker.around(CircuitBreaker.ofDefaults("db"), failure -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("db", "maxWaitDurationInHalfOpenState");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }
}
