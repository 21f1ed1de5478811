package dev.kafkaevents.testkit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.testkit.TestRun;
import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two backends that answer differently fail the suite, unless the ledger has the reason. */
class AnswersTest {
  /** Of two answers one is of the backend; they are given as by two. */
  private static Answers answers(String first, String second) {
    Answers answers = new Answers();
    new Answers.Asked(answers, Backend.MEMORY).is("what", first);
    new Answers.Asked(answers, Backend.BROKER).is("what", second);
    return answers;
  }

  @Test
  void theSameAnswer_isNoProblem_unlessTheLedgerExpectsOne() {
    assertThat(answers("a", "a").problems(Map.of())).isEmpty();
    assertThat(answers("a", "a").problems(Map.of("what", "a reason")))
        .containsExactly("what: it is in the ledger, and does not differ");
  }

  @Test
  void anotherAnswer_isAProblem_unlessItIsInTheLedger() {
    assertThat(answers("a", "b").problems(Map.of()))
        .containsExactly("what: it differs, and is not in the ledger: {MEMORY=a, BROKER=b}");
    assertThat(answers("a", "b").problems(Map.of("what", "a reason"))).isEmpty();
    assertThat(answers("a", "b").problems(Map.of("another", "a reason"))).hasSize(1);
  }

  @Test
  void oneBackend_hasNothingToDifferFrom() {
    Answers answers = new Answers();
    new Answers.Asked(answers, Backend.MEMORY).is("what", "a");

    assertThat(answers.problems(Map.of("what", "a reason"))).isEmpty();
  }

  @Test
  void theLedger_hasAReasonInEachLine() {
    assertThat(Answers.parse("what: a reason: of two parts\n\nwhere: there\n"))
        .isEqualTo(Map.of("what", "a reason: of two parts", "where", "there"));
    assertThatThrownBy(() -> Answers.parse("what"))
        .hasMessageContaining("must be a question, a colon and a reason");
    assertThatThrownBy(() -> Answers.parse("what: "))
        .hasMessageContaining("must be a question, a colon and a reason");
  }

  @EventsTest
  static class OfTwoMinds {
    @Test
    void asked(TestKafka kafka) {
      Answers.Asked asked = Answers.of(this, kafka).is("what", "a");
      new Answers.Asked(asked.answers(), Backend.BROKER).is("what", "b");
    }

    @AfterAll
    static void compare(TestInfo test) {
      Answers.compare(test.getTestClass().orElseThrow());
    }
  }

  @Test
  void aSuiteThatIsOfTwoMinds_fails_andItsAnswersAreInFiles() throws Exception {
    assertThat(TestRun.of(OfTwoMinds.class).failure())
        .hasMessageContaining("what: it differs, and is not in the ledger: {MEMORY=a, BROKER=b}");
    assertThat(Files.readString(Path.of("target/tck-answers/OfTwoMinds-BROKER.txt")))
        .isEqualTo("what: b\n");
  }
}
