package dev.kafkaevents.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.testkit.history.Simulation.Fault;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The judge, judged by a model that behaves, and by one that does one thing wrong. */
class HistoryModelTest {
  private static final int HISTORIES = 5_000;
  private static final int FAULTY_HISTORIES = 500;

  private final Random seeds = new Random();

  @Test
  void validHistories_areNeverComplainedOf() {
    int repeated = 0;
    for (int i = 0; i < HISTORIES; i++) {
      long seed = seeds.nextLong();
      Verdict verdict = new Simulation(seed, null).run().judge();
      assertThat(verdict.violations()).as("seed %d: %s", seed, verdict).isEmpty();
      repeated += verdict.figures().repeated();
    }
    assertThat(repeated).as("repeats, without which this proves little").isPositive();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void eachKindOfFault_isFoundByItsRule(Fault fault) {
    int found = 0;
    for (int i = 0; i < 50 * FAULTY_HISTORIES && found < FAULTY_HISTORIES; i++) {
      long seed = seeds.nextLong();
      Simulation simulation = new Simulation(seed, fault);
      Verdict verdict = simulation.run().judge();
      if (simulation.faultDone()) {
        assertThat(verdict.violations())
            .as("seed %d", seed)
            .extracting(Violation::rule)
            .contains(fault.rule);
        assertThat(verdict.toString()).as("seed %d", seed).doesNotContain("jane.doe");
        found++;
      } else {
        assertThat(verdict.violations()).as("seed %d: %s", seed, verdict).isEmpty();
      }
    }
    assertThat(found).isEqualTo(FAULTY_HISTORIES);
  }
}
