package dev.kafkaevents.resilience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import dev.kafkaevents.Settlement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters whose topic is down, and a disk. */
@Timeout(60)
class DeadLetterSpoolTest {
  private static final Position KEPT = new Position("orders.dlq", -1, -1);

  @TempDir Path temporary;

  private final IOException failure = new IOException("broken");

  private static FakeDelivery delivery(int number) {
    return new FakeDelivery(
        new Position("orders", 0, number),
        Message.of("orders", "key".getBytes(UTF_8), String.valueOf(number).getBytes(UTF_8)));
  }

  private static Function<Message, CompletableFuture<Position>> failing(
      Outcome outcome, FailureClass why) {
    return letter -> CompletableFuture.failedFuture(new PublishException(outcome, why, "no", null));
  }

  private FakeChain chain(DeadLetter letters) {
    return new FakeChain(
        d -> {
          throw failure;
        },
        letters);
  }

  @Test
  void letterThatIsNotTaken_isKept_andThoseAfterItGoBehind_untilTheTopicTakesThem()
      throws Exception {
    try (Spool spool = Spool.open(temporary, 1 << 20)) {
      DeadLetter letters =
          DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart().spoolingTo(spool);
      FakeChain chain = chain(letters);
      chain.publisher.answers(failing(Outcome.NOT_STORED, FailureClass.TRANSIENT));

      assertThat(chain.deliver(delivery(0))).isEqualTo(Settlement.deadLettered(KEPT, failure));
      chain.publisher.answers(
          letter -> CompletableFuture.completedFuture(new Position("orders.dlq", 0, 0)));
      assertThat(chain.deliver(delivery(1))).isEqualTo(Settlement.deadLettered(KEPT, failure));
      assertThat(chain.publisher.sent).as("tried once").hasSize(1);
      assertThat(spool.contents().messages()).isEqualTo(2);
      assertThat(chain.holds).isEmpty();

      new LetterSpool(spool, new LetterBox("dead letter")).sendThrough(chain.publisher);
      await().until(() -> spool.contents().messages() == 0);
      assertThat(chain.publisher.sent)
          .extracting(letter -> new String(letter.value(), UTF_8))
          .containsExactly("0", "0", "1");
      assertThat(chain.publisher.sent.get(1).headers().text("events-dlq-offset")).isEqualTo("0");
      assertThat(chain.deliver(delivery(2)))
          .isEqualTo(Settlement.deadLettered(new Position("orders.dlq", 0, 0), failure));
    }
  }

  @Test
  void letterThatItsPublisherSpools_isSettled() throws Exception {
    FakeChain chain = chain(DeadLetter.toTopicWithSuffix(".dlq"));
    chain.publisher.answers(failing(Outcome.SPOOLED, FailureClass.TRANSIENT));

    assertThat(chain.deliver(delivery(0))).isEqualTo(Settlement.deadLettered(KEPT, failure));
    assertThat(chain.publisher.sent).hasSize(1);
  }

  @Test
  void letterThatIsRefused_isNotKept_andStopsTheSubscription() {
    try (Spool spool = Spool.open(temporary, 1 << 20)) {
      FakeChain chain = chain(DeadLetter.toTopicWithSuffix(".dlq").spoolingTo(spool));
      chain.publisher.answers(failing(Outcome.NOT_STORED, FailureClass.CONFIGURATION));

      assertThatThrownBy(() -> chain.deliver(delivery(0)))
          .isInstanceOf(EventsException.class)
          .hasMessageContaining("could not be stored in topic orders.dlq");
      assertThat(spool.contents().messages()).isZero();
    }
  }

  @Test
  void letterThatDoesNotFit_waitsForItsTopic() throws Exception {
    try (Spool spool = Spool.open(temporary, 1 << 20)) {
      FakeChain chain = chain(DeadLetter.toTopicWithSuffix(".dlq").spoolingTo(spool));
      chain.publisher.answers(failing(Outcome.NOT_STORED, FailureClass.TRANSIENT));
      chain.onWait(
          wait ->
              chain.publisher.answers(
                  letter -> CompletableFuture.completedFuture(new Position("orders.dlq", 0, 7))));

      FakeDelivery large =
          new FakeDelivery(
              new Position("orders", 0, 0), Message.of("orders", null, new byte[1 << 20]));
      assertThat(chain.deliver(large))
          .isEqualTo(Settlement.deadLettered(new Position("orders.dlq", 0, 7), failure));
      assertThat(spool.contents().messages()).isZero();
    }
  }

  @Test
  void spoolOfAPublisher_isNotForDeadLettersToo() {
    try (Spool spool = Spool.open(temporary, 1 << 20)) {
      DeadLetter letters =
          DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart().spoolingTo(spool);
      PublishBreaker.named("orders")
          .spoolingTo(spool)
          .forPublisher(new FakePublishing(new FakeHealth()));

      assertThatThrownBy(
              () -> letters.forSubscription(new FakeBeginning("orders", new FakeTopics())))
          .isInstanceOf(EventsException.class)
          .hasMessageContaining("in use by another publisher, or for dead letters");
    }
  }
}
