package dev.kafkaevents.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final Duration NONE = Duration.ZERO;

  private final Ledger ledger = new Ledger("orders");

  @Test
  void everyRecord_handledOrDeadLettered_isBalanced() throws InterruptedException {
    stored(at(0), at(1), at(2));
    handled(at(0), at(2));
    deadLettered(at(1));
    assertThat(ledger.awaitSettled(NONE)).isTrue();
    Ledger.Balance balance = ledger.balance();
    assertThat(balance.stored()).isEqualTo(3);
    assertThat(balance.handled()).isEqualTo(2);
    assertThat(balance.deadLettered()).isEqualTo(1);
    assertThat(balance.missing() + balance.unknown() + balance.again() + balance.skipped())
        .isZero();
  }

  @Test
  void record_settledBeforeThePublisherKnows_isBalanced() throws InterruptedException {
    ledger.begins();
    handled(at(0));
    assertThat(ledger.awaitSettled(NONE)).isFalse();
    assertThat(ledger.balance().unknown()).isEqualTo(1);
    ledger.stored(at(0));
    assertThat(ledger.awaitSettled(NONE)).isTrue();
    assertThat(ledger.balance().unknown()).isZero();
  }

  @Test
  void record_thatIsLost_isMissing() throws InterruptedException {
    stored(at(0), at(1), at(2));
    handled(at(0), at(2));
    assertThat(ledger.awaitSettled(NONE)).isFalse();
    assertThat(ledger.balance().missing()).isEqualTo(1);
    assertThat(ledger.balance().examples()).containsExactly(at(1));
  }

  @Test
  void record_thatComesTwice_isNoSubstituteForOneThatIsLost() throws InterruptedException {
    stored(at(0), at(1));
    handled(at(0), at(0));
    assertThat(ledger.awaitSettled(NONE)).isFalse();
    assertThat(ledger.balance().again()).isEqualTo(1);
    assertThat(ledger.balance().missing()).isEqualTo(1);
  }

  @Test
  void record_handledTwice_isHandledAgain() {
    stored(at(0));
    handled(at(0), at(0));
    assertThat(ledger.balance().handled()).isEqualTo(1);
    assertThat(ledger.balance().again()).isEqualTo(1);
  }

  @Test
  void record_deadLetteredTwice_isHandledAgain() {
    stored(at(0));
    deadLettered(at(0), at(0));
    assertThat(ledger.balance().deadLettered()).isEqualTo(1);
    assertThat(ledger.balance().again()).isEqualTo(1);
  }

  @Test
  void record_settledAsHandledWithoutItsHandler_isSkipped() {
    stored(at(0), at(1));
    ledger.settled(at(0), Settlement.handled());
    ledger.accepted(at(1));
    ledger.settled(at(1), Settlement.skipped("for no reason"));
    assertThat(ledger.balance().handled()).isZero();
    assertThat(ledger.balance().skipped()).isEqualTo(2);
  }

  @Test
  void record_neverPublished_isUnknown() {
    stored(at(0));
    handled(at(0), at(1));
    assertThat(ledger.balance().unknown()).isEqualTo(1);
  }

  @Test
  void partitions_areToldApart() {
    stored(new Position("orders", 0, 7));
    handled(new Position("orders", 1, 7));
    assertThat(ledger.balance().missing()).isEqualTo(1);
    assertThat(ledger.balance().unknown()).isEqualTo(1);
  }

  @Test
  void failedPublishes_needNoSettlement() throws InterruptedException {
    ledger.begins();
    ledger.begins();
    assertThat(ledger.awaitSettled(NONE)).isFalse();
    PublishException refused =
        new PublishException(PublishException.Outcome.REJECTED, "too large", null);
    ledger.failed(refused);
    ledger.failed(new PublishException(PublishException.Outcome.UNKNOWN, "timed out", null));
    assertThat(ledger.awaitSettled(NONE)).isTrue();
    assertThat(ledger.balance().refused()).isEqualTo(1);
    assertThat(ledger.balance().uncertain()).isEqualTo(1);
    assertThat(ledger.trouble()).isSameAs(refused);
  }

  @Test
  void waiting_endsWithTheLastSettlement() throws Exception {
    stored(at(0));
    Thread waiting = Thread.currentThread();
    CompletableFuture<Void> settling =
        CompletableFuture.runAsync(
            () -> {
              await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
              handled(at(0));
            });
    assertThat(ledger.awaitSettled(Duration.ofSeconds(30))).isTrue();
    settling.join();
  }

  @Test
  void waiting_endsWhenTheSubscriptionStops() throws InterruptedException {
    stored(at(0));
    IllegalStateException cause = new IllegalStateException("no more");
    ledger.stopped(cause);
    assertThat(ledger.awaitSettled(Duration.ofSeconds(30))).isFalse();
    assertThat(ledger.trouble()).isSameAs(cause);
  }

  private static Position at(long offset) {
    return new Position("orders", 0, offset);
  }

  private void stored(Position... positions) {
    for (Position position : positions) {
      ledger.begins();
      ledger.stored(position);
    }
  }

  private void handled(Position... positions) {
    for (Position position : positions) {
      ledger.accepted(position);
      ledger.settled(position, Settlement.handled());
    }
  }

  private void deadLettered(Position... positions) {
    for (Position position : positions) {
      ledger.settled(
          position,
          Settlement.deadLettered(new Position("orders.dlq", 0, 0), new RejectedException("no")));
    }
  }
}
