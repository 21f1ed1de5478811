package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends or stretches retries besides the number of attempts. */
class RetryLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();
  private final FakeDelivery delivery = FakeDelivery.of("orders");

  private static Retry everySecond(int attempts) {
    return Retry.of(RetryConfig.custom().maxAttempts(attempts).waitDuration(SECOND).build());
  }

  private FakeChain failing(Exception failure, Retry retry) {
    return new FakeChain(
            d -> {
              throw failure;
            },
            retry)
        .onWait(clock::advance);
  }

  @Test
  void total_beginsNoAttemptLaterThanThat() {
    IOException failure = new IOException("down");
    FakeChain chain =
        failing(
            failure, everySecond(100).withClock(clock::nanoTime).within(Duration.ofMillis(3_500)));

    assertThatThrownBy(() -> chain.deliver(delivery)).isSameAs(failure);
    assertThat(chain.delays).hasSize(3);
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofSeconds(3).toNanos());
  }

  @Test
  void total_countsTheTimeInTheHandler() {
    FakeChain chain =
        new FakeChain(
                d -> {
                  clock.advance(Duration.ofSeconds(2));
                  throw new IOException("slow and down");
                },
                everySecond(100).withClock(clock::nanoTime).within(Duration.ofSeconds(7)))
            .onWait(clock::advance);

    // Attempts begin at 0, 3 and 6 s, and the next would at 9.
    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(chain.handled()).isEqualTo(3);
  }

  @Test
  void budget_stretchesWhatIsOverIt_andEndsNothing() {
    IOException failure = new IOException("down");
    RetryBudget budget = RetryBudget.of(0.1, 0);
    FakeChain chain =
        failing(
            failure,
            everySecond(5)
                .withClock(clock::nanoTime)
                .within(Duration.ofSeconds(10))
                .spending(budget));

    assertThatThrownBy(() -> chain.deliver(delivery)).isSameAs(failure);

    // All four retries were made, although they took longer than the total: the budget took that.
    assertThat(chain.delays)
        .startsWith(SECOND)
        .hasSize(4)
        .last()
        .satisfies(
            last -> assertThat(last).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10)));
    assertThat(clock.nanoTime()).isGreaterThan(Duration.ofSeconds(20).toNanos());
  }

  @Test
  void budget_isSharedByAllThatSpendIt() {
    RetryBudget budget = RetryBudget.of(2, 0);
    long waited = 0;
    for (int i = 0; i < 100; i++) {
      waited = Math.max(waited, budget.take(clock.nanoTime()).toNanos());
    }
    // Two are kept from the second before, and one is free.
    assertThat(Duration.ofNanos(waited)).isEqualTo(Duration.ofMillis(48_500));
  }

  @Test
  void budget_growsWithWhatSucceeds_upToAKeptSecond() throws Exception {
    RetryBudget budget = RetryBudget.of(1, 0.5);
    FakeChain chain = new FakeChain(d -> {}, everySecond(2).spending(budget));
    while (budget.take(clock.nanoTime()).isZero()) {
      // Spends what there was to begin with.
    }
    budget.take(clock.nanoTime());
    Duration before = budget.take(clock.nanoTime());
    for (int i = 0; i < 4; i++) {
      assertThat(chain.deliver(FakeDelivery.of("orders"))).isEqualTo(Settlement.handled());
    }
    assertThat(budget.take(clock.nanoTime())).isEqualTo(before.minusSeconds(1));

    for (int i = 0; i < 1_000; i++) {
      chain.deliver(FakeDelivery.of("orders"));
    }
    assertThat(budget.take(clock.nanoTime())).isZero();
    assertThat(budget.take(clock.nanoTime())).isZero();
    assertThat(budget.take(clock.nanoTime())).isEqualTo(SECOND);
  }

  @Test
  void budget_thatIsSpentByAnotherClock_beginsAnew() {
    RetryBudget budget = RetryBudget.of(1, 0);
    budget.take(Long.MAX_VALUE / 2);

    assertThat(budget.take(0)).isZero();
    assertThat(budget.take(0)).isZero();
    assertThat(budget.take(0)).isEqualTo(SECOND);
    assertThat(budget.take(-1)).as("the same clock, a little late").isGreaterThan(SECOND);
  }

  @Test
  void limits_goByTheClockOfTheSubscription() {
    Retry retry = everySecond(100).within(Duration.ofMillis(3_500));
    FakeBeginning beginning = new FakeBeginning("orders", new FakeTopics());
    FakeChain chain =
        new FakeChain(
                d -> {
                  throw new IOException("down");
                },
                retry.forSubscription(beginning))
            .onWait(beginning.clock()::advance);

    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(chain.delays).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void budget_ofNothing_isRefused(double perSecond) {
    assertThatThrownBy(() -> RetryBudget.of(perSecond, 0.1))
        .hasMessageContainingAll("perSecond is " + perSecond, "above 0");
    assertThatThrownBy(() -> RetryBudget.of(1, 1.5)).hasMessageContaining("perSuccess is 1.5");
    assertThatThrownBy(() -> Retry.upTo(2, SECOND).within(Duration.ZERO))
        .hasMessageContaining("PT0S, must be above zero");
  }

  @Test
  void rule_isAskedFirst_aboutWhatAFutureHasFailedWith() throws Exception {
    FailureRule rule =
        failure ->
            failure instanceof RejectedException
                ? FailureClass.TRANSIENT
                : failure instanceof IOException ? FailureClass.REJECTED : null;
    FakeChain wrongly =
        new FakeChain(
            d -> {
              if (d.attempt() == 1) {
                throw new CompletionException(new RejectedException("not yet known"));
              }
            },
            Retry.upTo(2, SECOND).classifying(rule));
    assertThat(wrongly.deliver(delivery)).isEqualTo(Settlement.handled());

    FakeChain finally_ =
        failing(new IOException("no such file"), Retry.upTo(5, SECOND).classifying(rule));
    assertThatThrownBy(() -> finally_.deliver(FakeDelivery.of("orders")))
        .isInstanceOf(IOException.class);
    assertThat(finally_.delays).isEmpty();
  }

  @Test
  void rules_areAskedInTheirOrder() {
    FakeChain chain =
        failing(
            new IOException("down"),
            Retry.upTo(3, SECOND)
                .classifying(failure -> null)
                .classifying(failure -> FailureClass.REJECTED)
                .classifying(failure -> FailureClass.TRANSIENT));
    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(IOException.class);
    assertThat(chain.delays).isEmpty();
  }

  @Test
  void rule_hasNoSayAboutErrorsAndInterrupts() {
    FakeChain chain =
        failing(
            new InterruptedException(),
            Retry.upTo(3, SECOND).classifying(failure -> FailureClass.TRANSIENT));
    assertThatThrownBy(() -> chain.deliver(delivery)).isInstanceOf(InterruptedException.class);
    assertThat(chain.delays).isEmpty();
  }

  @Test
  void publishOfAHandlers_isTriedAgainUnlessItWasRejected() {
    for (PublishException.Outcome outcome : PublishException.Outcome.values()) {
      FakeChain chain =
          failing(
              new PublishException(outcome, "an event", null), Retry.upTo(2, Duration.ofMillis(1)));
      assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders")))
          .isInstanceOf(PublishException.class);
      assertThat(chain.handled())
          .as(outcome.name())
          .isEqualTo(outcome == PublishException.Outcome.REJECTED ? 1 : 2);
    }
  }

  @Test
  void validation_isKnownByItsName() {
    assertThat(Failures.classOf(new jakarta.validation.ConstraintViolationException(), List.of()))
        .isEqualTo(FailureClass.REJECTED);
  }
}
