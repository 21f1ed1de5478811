package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
  private static final long SEED = Long.getLong("events.seed", System.nanoTime());
  private static final Duration MILLI = Duration.ofMillis(1);

  private final FakeDelivery delivery = FakeDelivery.of("orders");

  @Test
  void success_isNotTriedAgain() throws Exception {
    FakeChain chain = new FakeChain(d -> {}, Retry.upTo(3, MILLI));

    assertThat(chain.deliver(delivery)).isEqualTo(Settlement.handled());
    assertThat(chain.handled()).isEqualTo(1);
    assertThat(chain.delays).isEmpty();
  }

  @Test
  void failure_isTriedAgainUntilItSucceeds_eachAttemptKnowingItsNumber() throws Exception {
    List<Integer> attempts = new ArrayList<>();
    FakeChain chain =
        new FakeChain(
            d -> {
              attempts.add(d.attempt());
              if (d.attempt() < 3) {
                throw new IOException("not yet");
              }
            },
            Retry.upTo(5, MILLI));

    assertThat(chain.deliver(delivery)).isEqualTo(Settlement.handled());
    assertThat(attempts).containsExactly(1, 2, 3);
    assertThat(chain.delays).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17})
  void failure_thatStays_isThrownAfterAllAttempts_asTheLastOneThrewIt(int attempts) {
    FakeChain chain =
        new FakeChain(
            d -> {
              throw new IOException("attempt " + d.attempt());
            },
            Retry.upTo(attempts, MILLI));

    Throwable failure = catchThrowable(() -> chain.deliver(delivery));

    assertThat(failure)
        .isInstanceOf(IOException.class)
        .hasMessage("attempt " + attempts)
        .hasNoCause();
    assertThat(failure.getSuppressed()).isEmpty();
    assertThat(chain.handled()).isEqualTo(attempts);
    assertThat(chain.delays).hasSize(attempts - 1);
  }

  @Test
  void failure_thatIsOneObjectForAllRecords_isNeverChanged() {
    IOException constant = new IOException("a constant");
    FakeChain chain =
        new FakeChain(
            d -> {
              throw constant;
            },
            Retry.upTo(3, MILLI));

    for (int record = 0; record < 100; record++) {
      assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders"))).isSameAs(constant);
    }
    assertThat(constant.getSuppressed()).isEmpty();
  }

  static Stream<Throwable> finalFailures() {
    Stream<Throwable> plain =
        Stream.of(
            new SerdeException("not JSON"),
            new RejectedException("no such customer"),
            new InterruptedException(),
            new OutOfMemoryError(),
            new StackOverflowError(),
            new AssertionError(),
            new CompletionException(new SerdeException("not JSON")),
            new CompletionException(
                new ExecutionException(new RejectedException("no such customer"))),
            new ExecutionException(new InterruptedException()),
            new CompletionException(new LinkageError()));
    return plain;
  }

  @ParameterizedTest
  @MethodSource("finalFailures")
  void failure_thatIsFinal_isThrownAtOnce(Throwable failure) {
    FakeChain chain = new FakeChain(d -> sneak(failure), Retry.upTo(3, MILLI));

    assertThatThrownBy(() -> chain.deliver(delivery)).isSameAs(failure);
    assertThat(chain.handled()).isEqualTo(1);
    assertThat(chain.delays).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("finalFailures")
  void failure_thatIsFinalOnALaterAttempt_isThrownThen(Throwable failure) {
    FakeChain chain =
        new FakeChain(
            d -> {
              if (d.attempt() == 2) {
                sneak(failure);
              }
              throw new IOException("passing");
            },
            Retry.upTo(5, MILLI));

    assertThatThrownBy(() -> chain.deliver(delivery)).isSameAs(failure);
    assertThat(chain.handled()).isEqualTo(2);
  }

  @Test
  void closing_whileItWaits_passesTheInterruption() {
    FakeChain chain =
        new FakeChain(
                d -> {
                  throw new IOException("passing");
                },
                Retry.upTo(5, MILLI))
            .closing();

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(InterruptedException.class);
    assertThat(chain.handled()).isEqualTo(1);
    assertThat(chain.delays).hasSize(1);
  }

  @Test
  void interruption_hiddenInAnotherFailure_passes_andKeepsIt() {
    IllegalStateException hiding = new IllegalStateException("was interrupted");
    FakeChain chain =
        new FakeChain(
            d -> {
              Thread.currentThread().interrupt();
              throw hiding;
            },
            Retry.upTo(5, MILLI));

    assertThatThrownBy(() -> chain.deliver(delivery))
        .isInstanceOf(InterruptedException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(hiding));
    assertThat(Thread.interrupted()).isFalse();
    assertThat(chain.delays).isEmpty();
  }

  @Test
  void whatIsInstalledAfterIt_isPartOfEachAttempt_andWhatIsBeforeItIsNot() throws Exception {
    List<String> calls = new ArrayList<>();
    DeliveryInterceptor outer =
        (d, chain) -> {
          calls.add("outer");
          return chain.proceed(d);
        };
    DeliveryInterceptor inner =
        (d, chain) -> {
          calls.add("inner");
          return chain.proceed(d);
        };
    FakeChain chain =
        new FakeChain(
            d -> {
              calls.add("handler");
              if (d.attempt() == 1) {
                throw new IOException("passing");
              }
            },
            outer,
            Retry.upTo(2, MILLI),
            inner);

    chain.deliver(delivery);

    assertThat(calls).containsExactly("outer", "inner", "handler", "inner", "handler");
  }

  @Test
  void settlementOfAnInnerInterceptor_isHandedOn() throws Exception {
    Settlement skipped = Settlement.skipped("too old");
    FakeChain chain = new FakeChain(d -> {}, Retry.upTo(3, MILLI), (d, inner) -> skipped);

    assertThat(chain.deliver(delivery)).isSameAs(skipped);
  }

  @Test
  void delays_doubleFromTheFirstOn_withinHalfOfThemselves_andUpTo30Seconds() {
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      int attempts = 2 + random.nextInt(20);
      long firstMillis = 1L + random.nextInt(random.nextBoolean() ? 30_000 : 300);
      FakeChain chain = failing(Retry.upTo(attempts, Duration.ofMillis(firstMillis)));

      assertThat(catchThrowable(() -> chain.deliver(delivery))).isInstanceOf(IOException.class);

      assertThat(chain.delays).hasSize(attempts - 1);
      for (int n = 0; n < chain.delays.size(); n++) {
        double exponential = firstMillis * Math.pow(2, n);
        assertThat((double) chain.delays.get(n).toMillis())
            .as("seed %d: delay %d of first %d ms", SEED, n, firstMillis)
            .isBetween(
                Math.min(Math.max(1, Math.floor(exponential * 0.5)), 30_000),
                Math.min(exponential * 1.5 + 1, 30_000));
      }
    }
  }

  @Test
  void delays_ofRecordsThatFailTogether_differ() {
    List<Duration> delays = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      FakeChain chain = failing(Retry.upTo(2, Duration.ofSeconds(1)));
      assertThat(catchThrowable(() -> chain.deliver(FakeDelivery.of("orders")))).isNotNull();
      delays.addAll(chain.delays);
    }

    assertThat(delays.stream().distinct().count()).isGreaterThan(100);
    assertThat(delays.stream().mapToLong(Duration::toMillis).average().orElseThrow())
        .isBetween(900.0, 1100.0);
  }

  @Test
  void config_attemptsIntervalsAndPredicate_areFollowed() {
    FakeChain chain =
        failing(
            Retry.of(
                RetryConfig.custom()
                    .maxAttempts(4)
                    .intervalFunction(IntervalFunction.of(7, previous -> previous + 1))
                    .retryExceptions(IOException.class)
                    .build()));

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(chain.delays)
        .containsExactly(Duration.ofMillis(7), Duration.ofMillis(8), Duration.ofMillis(9));

    FakeChain ignored =
        failing(Retry.of(RetryConfig.custom().ignoreExceptions(IOException.class).build()));
    assertThatThrownBy(() -> ignored.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(ignored.handled()).isEqualTo(1);
  }

  @Test
  void config_seesWhatAFutureHasFailedWith() {
    List<Throwable> asked = new ArrayList<>();
    IOException inner = new IOException("inside");
    FakeChain chain =
        new FakeChain(
            d -> {
              throw new CompletionException(inner);
            },
            Retry.of(
                RetryConfig.custom()
                    .maxAttempts(2)
                    .retryOnException(asked::add)
                    .intervalBiFunction(
                        (attempt, either) -> {
                          asked.add(either.getLeft());
                          return 0L;
                        })
                    .build()));

    assertThatThrownBy(() -> chain.deliver(delivery))
        .isInstanceOf(CompletionException.class)
        .hasCause(inner);
    assertThat(asked).containsExactly(inner, inner);
    assertThat(chain.delays).containsExactly(Duration.ZERO);
  }

  @Test
  void config_withANegativeInterval_endsTheAttempts() {
    FakeChain chain =
        failing(
            Retry.of(
                RetryConfig.custom()
                    .maxAttempts(10)
                    .intervalBiFunction((attempt, either) -> attempt < 3 ? 5L : -1L)
                    .build()));

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(chain.handled()).isEqualTo(3);
  }

  @Test
  void config_thatFailsItself_keepsWhatItWasAskedAbout() {
    RuntimeException broken = new IllegalStateException("broken policy");
    FakeChain chain =
        failing(
            Retry.of(
                RetryConfig.custom()
                    .retryOnException(
                        e -> {
                          throw broken;
                        })
                    .build()));

    assertThatThrownBy(() -> chain.deliver(delivery))
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("attempt 1 at orders-3@1207")
        .hasCause(broken)
        .satisfies(
            e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IOException.class));
  }

  @Test
  void config_thatLooksAtResults_isRefused() {
    RetryConfig config = RetryConfig.custom().retryOnResult(result -> true).build();

    assertThatThrownBy(() -> Retry.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retryOnResult");
  }

  @Test
  void retryWithinRetry_countsItsOwnAttempts() {
    FakeChain chain = failing(Retry.upTo(2, MILLI), Retry.upTo(3, MILLI));

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(chain.handled()).isEqualTo(6);
    assertThat(delivery.attempt()).isEqualTo(6);
  }

  @Test
  void upTo_outsideItsRange_saysWhatIsAllowed() {
    assertThatThrownBy(() -> Retry.upTo(0, MILLI))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attempts is 0, must be at least 1: the first attempt counts");
    for (Duration delay :
        List.of(
            Duration.ZERO,
            Duration.ofMillis(-1),
            Duration.ofNanos(999_999),
            Duration.ofSeconds(31))) {
      assertThatThrownBy(() -> Retry.upTo(3, delay))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "firstDelay is %s, must be between PT0.001S and PT30S; for other delays there is"
                  + " Retry.of(RetryConfig)",
              delay);
    }
  }

  private static FakeChain failing(DeliveryInterceptor... interceptors) {
    return new FakeChain(
        d -> {
          throw new IOException("always");
        },
        interceptors);
  }

  @SuppressWarnings("unchecked") // an unchecked cast is what lets any throwable out
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }
}
