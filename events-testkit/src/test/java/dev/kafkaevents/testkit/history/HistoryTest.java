package dev.kafkaevents.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Ordering;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.Violation.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final SubscribeOptions OPTIONS =
      SubscribeOptions.group("billing").withDrainTimeout(Duration.ofSeconds(10));

  private final History history = History.of(OPTIONS);
  private final Member member = history.member("one");

  @Test
  void historyThatNobodyTells_isNotCalledGood() {
    assertThatThrownBy(history::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("no partition was ever assigned", "probe");
  }

  @Test
  void historyWithoutPublishers_isNotCalledGood() {
    member.assigned("orders", 0);
    assertThatThrownBy(history::check).hasMessageContaining("published()");
  }

  @Test
  void lostEvent_isNamedByWhereItIs_withTheLastActionsBelow() {
    history.published("e-0", at(0));
    history.published("e-1", at(1));
    member.assigned("orders", 0);
    member.delivered(at(0), "jane@example.com", "e-0", 1);
    member.settled(at(0), Settlement.handled());
    member.committed("orders", 0, 2);
    assertThatThrownBy(history::check)
        .hasMessageStartingWith(
            """
            2 violated:
              COMMIT_BEHIND_SETTLED at orders-0@1: 2 is committed and it is not settled
              NOTHING_LOST at orders-0@1: it was acknowledged and never settled
            published 2, delivered 1, settled 1""")
        .hasMessageContaining("the last 6 actions on orders-0")
        .message()
        .containsPattern("one +delivered +0 +0 +1 +e-0\n")
        .containsPattern("one +committed +2\n$")
        .doesNotContain("jane");
  }

  @Test
  void soFar_whatIsUnderWay_isNotLost() {
    history.published("e-0", at(0));
    member.assigned("orders", 0);
    assertThat(history.judgeSoFar().violations()).isEmpty();
    assertThat(history.judge().violations())
        .extracting(Violation::rule)
        .containsExactly(Rule.NOTHING_LOST);
  }

  @Test
  void whatIsPublishedElsewhere_isNotExpectedHere() {
    history.published("e-0", at(0));
    history.published("invoice", new Position("invoices", 0, 0));
    member.assigned("orders", 0);
    member.delivered(at(0), null, null, 1);
    member.settled(at(0), Settlement.handled());
    history.check();
  }

  @Test
  void revokedDuringAFault_isLost_andMayRepeat() {
    history.published("e-0", at(0));
    member.assigned("orders", 0);
    member.delivered(at(0), "k", "e-0", 1);
    member.settled(at(0), Settlement.handled());
    history.faultBegins();
    member.revoked("orders", 0);
    history.faultEnds();
    Member next = history.member("two");
    next.assigned("orders", 0);
    next.delivered(at(0), "k", "e-0", 1);
    next.settled(at(0), Settlement.handled());
    assertThat(history.judge().violations()).isEmpty();
    assertThat(history.judge().figures().repeated()).isEqualTo(1);
  }

  @Test
  void ordering_decidesWhatHasToWait() {
    assertThat(outOfTurn(Ordering.NONE)).isEmpty();
    assertThat(outOfTurn(Ordering.KEY)).isEmpty();
    assertThat(outOfTurn(Ordering.PARTITION))
        .extracting(Violation::rule)
        .contains(Rule.ONE_AT_A_TIME);
  }

  private static Iterable<Violation> outOfTurn(Ordering ordering) {
    History history = History.of(OPTIONS.withOrdering(ordering));
    Member member = history.member("one");
    member.assigned("orders", 0);
    for (int i = 0; i < 2; i++) {
      history.published("e-" + i, at(i));
      member.delivered(at(i), "key-" + i, "e-" + i, 1);
    }
    for (int i = 0; i < 2; i++) {
      member.settled(at(i), Settlement.handled());
    }
    return history.judge().violations();
  }

  @Test
  void processes_areOrderedByTheirTime_howeverLateTheyAreHeard() {
    history.published("e-0", at(0));
    history.published("e-1", at(1));
    Member other = history.member("two");
    other.at(40).assigned("orders", 0);
    other.at(50).delivered(at(1), "k", "e-1", 1);
    other.at(60).settled(at(1), Settlement.handled());
    member.at(10).assigned("orders", 0);
    member.at(20).delivered(at(0), "k", "e-0", 1);
    member.at(25).settled(at(0), Settlement.handled());
    member.at(30).revoked("orders", 0);
    history.check();
  }

  @Test
  void counts_areOfRecords_andOfAttempts() {
    history.published("e-0", at(0));
    member.delivered(at(0), "k", "e-0", 1);
    member.retryScheduled(at(0));
    member.delivered(at(0), "k", "e-0", 2);
    member.settled(at(0), Settlement.deadLettered(at(7), new IllegalStateException("no")));
    assertThat(history.publishedCount()).isEqualTo(1);
    assertThat(history.deliveryCount()).isEqualTo(2);
    assertThat(history.settledCount()).isEqualTo(1);
    assertThat(history.isSettled(at(0))).isTrue();
    assertThat(history.judge().figures().deadLettered()).isEqualTo(1);
  }

  @Test
  void aCommitThatIsToldLate_byWhoLostThePartition_doesNotGoBack() {
    history.published("e-0", at(0));
    member.assigned("orders", 0);
    Member next = history.member("two");
    next.assigned("orders", 0);
    next.delivered(at(0), "k", "e-0", 1);
    next.settled(at(0), Settlement.handled());
    next.committed("orders", 0, 1);
    member.committed("orders", 0, 0);
    history.check();
    next.committed("orders", 0, 0);
    assertThat(history.judge().violations())
        .extracting(Violation::rule)
        .containsExactly(Rule.COMMIT_BEHIND_SETTLED);
  }

  @Test
  void deadLetterBeyondTheEndOfItsTopic_isNotStored() {
    settledAsDeadLetter(0, 4);
    history.endIs("orders.dlq", 0, 5);
    assertThat(history.judge().violations()).isEmpty();
    history.endIs("orders.dlq", 0, 4);
    assertThat(history.judgeSoFar().violations())
        .extracting(Violation::toString)
        .containsExactly(
            "DEAD_LETTER_STORED at orders.dlq-0@4: the dead letter of orders-0@0 is said to be there, and the log ends at 4");
  }

  @Test
  void twoDeadLettersInOnePlace_areOneTooFew() {
    settledAsDeadLetter(0, 4);
    settledAsDeadLetter(1, 4);
    assertThat(history.judgeSoFar().violations())
        .extracting(Violation::toString)
        .containsExactly(
            "DEAD_LETTER_STORED at orders.dlq-0@4: the dead letter of orders-0@1 is said to be there, and the one of orders-0@0 is");
  }

  private void settledAsDeadLetter(long offset, long letter) {
    history.published("e-" + offset, at(offset));
    member.assigned("orders", 0);
    member.delivered(at(offset), null, "e-" + offset, 1);
    member.settled(
        at(offset),
        Settlement.deadLettered(
            new Position("orders.dlq", 0, letter), new IllegalStateException("no")));
  }

  private static Position at(long offset) {
    return new Position("orders", 0, offset);
  }
}
