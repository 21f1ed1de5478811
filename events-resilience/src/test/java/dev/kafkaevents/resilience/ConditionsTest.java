package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Condition.CircuitBreaker.State;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What breakers, retries and dead letters say of themselves in the health. */
class ConditionsTest {
  private final FakeClock clock = new FakeClock();

  @Test
  void breakers_sayWhetherTheyLetThrough() {
    Breaker breaker = Breaker.around("db", IOException.class::isInstance);
    PublishBreaker publishing = PublishBreaker.with(breaker.circuit());
    assertThat(breaker.conditions()).containsExactly(is(State.CLOSED));
    breaker.circuit().transitionToOpenState();
    assertThat(breaker.conditions()).containsExactly(is(State.OPEN));
    assertThat(breaker.onlyFor(delivery -> true).conditions()).containsExactly(is(State.OPEN));
    breaker.circuit().transitionToHalfOpenState();
    assertThat(publishing.conditions()).containsExactly(is(State.HALF_OPEN));
    breaker.circuit().transitionToForcedOpenState();
    assertThat(publishing.conditions()).containsExactly(is(State.OPEN));
    breaker.circuit().transitionToMetricsOnlyState();
    assertThat(breaker.conditions()).containsExactly(is(State.CLOSED));
  }

  private static Condition is(State state) {
    return new Condition.CircuitBreaker("events.handler.db", state);
  }

  @Test
  void retryWithABudget_saysHowMuchIsLeft_byItsClock() {
    RetryBudget budget = RetryBudget.of(2, 0);
    Retry retry = Retry.upTo(3, Duration.ofSeconds(1)).withClock(clock::nanoTime).spending(budget);
    assertThat(left(retry)).isEqualTo(1);
    budget.take(clock.nanoTime());
    assertThat(left(retry)).isEqualTo(0.5);
    budget.take(clock.nanoTime());
    assertThat(left(retry)).isZero();
    budget.take(clock.nanoTime());
    assertThat(left(retry)).isZero();
    clock.advance(Duration.ofMillis(750));
    assertThat(left(retry)).isEqualTo(0.25);
    assertThat(Retry.upTo(3, Duration.ofSeconds(1)).conditions()).isEmpty();
  }

  private static double left(Retry retry) {
    return ((Condition.RetryBudget) retry.conditions().get(0)).left();
  }

  @Test
  void deadLetter_saysHowManyWaitForTheirTopic_ofItsSubscriptionAlone() throws Exception {
    FakeTopics topics = new FakeTopics();
    DeadLetter installed = DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart();
    DeliveryInterceptor orders = installed.forSubscription(new FakeBeginning("orders", topics));
    DeliveryInterceptor others = installed.forSubscription(new FakeBeginning("others", topics));
    List<Condition> seen = new ArrayList<>();
    FakeChain chain =
        new FakeChain(
                delivery -> {
                  throw new IOException("no");
                },
                orders)
            .onWait(
                wait -> {
                  seen.addAll(orders.conditions());
                  assertThat(others.conditions()).containsExactly(blocked(0));
                });
    chain.publisher.answers(
        letter ->
            chain.publisher.sent.size() <= 2
                ? CompletableFuture.failedFuture(
                    new PublishException(
                        PublishException.Outcome.NOT_STORED, FailureClass.TRANSIENT, "away", null))
                : CompletableFuture.completedFuture(new Position(letter.topic(), 0, 0)));

    chain.deliver(FakeDelivery.of("orders"));

    assertThat(seen).containsExactly(blocked(1), blocked(1));
    assertThat(orders.conditions()).containsExactly(blocked(0));
  }

  @Test
  void deadLetterThatCanNotBeStored_isBlockedNoLonger() {
    DeadLetter letters = DeadLetter.toTopicWithSuffix(".dlq");
    FakeChain chain =
        new FakeChain(
                delivery -> {
                  throw new IOException("no");
                },
                letters)
            .closing();
    chain.publisher.answers(
        letter ->
            CompletableFuture.failedFuture(
                new PublishException(
                    PublishException.Outcome.NOT_STORED, FailureClass.TRANSIENT, "away", null)));
    assertThatThrownBy(() -> chain.deliver(FakeDelivery.of("orders")))
        .isInstanceOf(InterruptedException.class);
    assertThat(letters.conditions()).containsExactly(blocked(0));
  }

  private static Condition blocked(int records) {
    return new Condition.PutAsideBlocked(records);
  }
}
