package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.examples.quickstart.DeadLetters.Finding;
import dev.kafkaevents.examples.quickstart.DeadLetters.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {
  private static final Message RECORD =
      message("key", "value").withHeaders(Headers.of("name", "header"));

  private final DeadLetters letters = new DeadLetters(Undecodable.message());

  @Test
  void sameBytes_withHeadersOfTheDeadLetter_areTheSame() {
    expect(0, RECORD);
    letters.found(at(0), RECORD.withTopic("orders.dlq").withHeader("events-dlq-offset", "17"));
    assertThat(letters.finding()).isEqualTo(new Finding(1, 0, 0, 0));
  }

  @Test
  void anyOtherByte_isDifferent() {
    expect(0, RECORD);
    expect(1, RECORD);
    expect(2, RECORD);
    expect(3, RECORD);
    expect(4, RECORD);
    letters.found(at(0), message("key", "valu3").withHeaders(RECORD.headers()));
    letters.found(at(1), message("kex", "value").withHeaders(RECORD.headers()));
    letters.found(at(2), RECORD.withHeader("name", "headex"));
    letters.found(at(3), RECORD.withHeader("more", "header"));
    letters.found(at(4), message("keyv", "alue").withHeaders(RECORD.headers()));
    assertThat(letters.finding()).isEqualTo(new Finding(0, 5, 0, 0));
  }

  @Test
  void absentAndEmpty_areDifferent() {
    expect(0, Message.of("orders", null, new byte[0]));
    letters.found(at(0), Message.of("orders", new byte[0], null));
    assertThat(letters.finding().different()).isEqualTo(1);
  }

  @Test
  void letter_thatIsNotThere_isMissing() {
    expect(0, RECORD);
    assertThat(letters.finding()).isEqualTo(new Finding(0, 0, 1, 0));
  }

  @Test
  void letter_nobodyWrote_isDifferent() {
    letters.found(at(0), RECORD);
    assertThat(letters.finding()).isEqualTo(new Finding(0, 1, 0, 0));
  }

  @Test
  void recordThatIsKnownFromBefore_isRecognised() {
    expect(0, Undecodable.message());
    letters.found(at(0), Undecodable.message().withHeader("events-dlq-offset", "17"));
    assertThat(letters.finding()).isEqualTo(new Finding(1, 0, 0, 1));
  }

  @Test
  void letters_areCountedByTheirCause() {
    letters.expect(RECORD, new Settlement.DeadLettered(at(0), new RejectedException("no")));
    letters.expect(RECORD, new Settlement.DeadLettered(at(1), new SerdeException("what")));
    letters.expect(RECORD, new Settlement.DeadLettered(at(2), new IOException("later")));
    letters.expect(RECORD, new Settlement.DeadLettered(at(3), new RejectedException("no")));
    assertThat(letters.count(Kind.REJECTED)).isEqualTo(2);
    assertThat(letters.count(Kind.UNDECODABLE)).isEqualTo(1);
    assertThat(letters.count(Kind.GIVEN_UP)).isEqualTo(1);
  }

  private void expect(long offset, Message original) {
    letters.expect(original, new Settlement.DeadLettered(at(offset), new RejectedException("no")));
  }

  private static Message message(String key, String value) {
    return Message.of("orders", key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private static Position at(long offset) {
    return new Position("orders.dlq", 0, offset);
  }
}
