package dev.kafkaevents.examples.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rows of a name, a value and a note, aligned. A row that states a check which does not hold is
 * marked.
 */
final class Table {
  private record Row(boolean holds, String name, String value, String note) {}

  private final List<Row> rows = new ArrayList<>();

  /** A number, with what there is to know about it. */
  Table row(String name, long value, String note) {
    return check(true, name, value, note);
  }

  /** A number that shows that something holds, or not. */
  Table check(boolean holds, String name, long value, String note) {
    rows.add(new Row(holds, name, number(value), note));
    return this;
  }

  /** Whether something holds. */
  Table check(boolean holds, String name, String note) {
    rows.add(new Row(holds, name, holds ? "yes" : "NO", note));
    return this;
  }

  boolean allHold() {
    return rows.stream().allMatch(Row::holds);
  }

  @Override
  public String toString() {
    int name = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    int value = rows.stream().mapToInt(row -> row.value().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      String gap = " ".repeat(name - row.name().length() + value - row.value().length());
      String line =
          "%s %s%s   %s   %s"
              .formatted(row.holds() ? " " : "!", row.name(), gap, row.value(), row.note());
      text.append(line.stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The same in every locale: {@code 1,234}. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
