package dev.kafkaevents.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columns_areAlignedAndWhatDoesNotHoldIsMarked() {
    Table table =
        new Table()
            .row("short", 1, "one")
            .row("somewhat longer", 1_234_567, "")
            .check(true, "holds", "as it should")
            .check(false, "does not", "as it must not");
    assertThat(table)
        .hasToString(
            """
              short                     1   one
              somewhat longer   1,234,567
              holds                   yes   as it should
            ! does not                 NO   as it must not
            """);
    assertThat(table.allHold()).isFalse();
  }

  @Test
  void numbers_areTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Table.number(1_234)).isEqualTo("1,234");
    } finally {
      Locale.setDefault(before);
    }
  }
}
