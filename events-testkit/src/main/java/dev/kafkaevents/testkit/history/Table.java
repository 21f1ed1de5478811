package dev.kafkaevents.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Actions for people to read: what led to a violation. */
final class Table {
  private static final int ROWS = 40;

  private Table() {}

  /** The last actions up to {@code end}, of one partition and of whatever befell them all. */
  static String of(List<Action> actions, int end, String topic, int partition) {
    List<Action> rows = new ArrayList<>();
    for (int i = Math.min(end, actions.size() - 1); i >= 0 && rows.size() < ROWS; i--) {
      Action action = actions.get(i);
      if (!action.isOfAPartition()
          || (action.topic().equals(topic) && action.partition() == partition)) {
        rows.add(0, action);
      }
    }
    if (rows.isEmpty()) {
      return "no action of %s-%d".formatted(topic, partition);
    }
    long last = rows.get(rows.size() - 1).nanos();
    StringBuilder table =
        new StringBuilder(
            "the last %d actions on %s-%d%n".formatted(rows.size(), topic, partition));
    table.append(row("ms", "member", "action", "offset", "key", "attempt", ""));
    rows.forEach(action -> table.append(row(action, last)));
    return table.toString();
  }

  private static String row(Action action, long last) {
    return row(
        String.format(Locale.ROOT, "%.3f", (action.nanos() - last) / 1e6),
        action.member(),
        action.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        number(action.offset()),
        number(action.key()),
        number(action.attempt()),
        action.note());
  }

  private static String row(
      String ms,
      String member,
      String kind,
      String offset,
      String key,
      String attempt,
      String note) {
    return "%12s  %-14s  %-12s  %8s  %6s  %7s  %s"
            .formatted(ms, member, kind, offset, key, attempt, note)
            .stripTrailing()
        + System.lineSeparator();
  }

  private static String number(long number) {
    return number == Action.NONE ? "" : Long.toString(number);
  }
}
