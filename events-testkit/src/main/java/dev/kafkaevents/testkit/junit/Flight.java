package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The flight recorder of one test: what its events did, the last of it to be read by people when
 * the test has failed. Keys are numbers, in the order in which they were first seen; nothing of a
 * payload is here. Thread-safe.
 */
final class Flight {
  private static final int ROWS = 40;
  private static final String HEADING =
      line("s", "action", "group", "at", "key", "attempt", "thread", "");

  private record Row(
      Instant time,
      String what,
      String group,
      String place,
      String key,
      String attempt,
      String thread,
      String note) {}

  private record Handling(String group, Position at) {}

  private final Supplier<Instant> clock;
  private final ReentrantLock lock = new ReentrantLock();

  // All guarded by the lock.
  private final Deque<Row> rows = new ArrayDeque<>();
  private final Map<String, Integer> keys = new HashMap<>();
  private final Map<Handling, Integer> attempts = new LinkedHashMap<>();
  private int actions;
  private @Nullable Instant first;

  Flight(Supplier<Instant> clock) {
    this.clock = clock;
  }

  /** Something happened to no record in particular. */
  void note(String what, String group, String place, String note) {
    add(what, group, place, "", "", note);
  }

  /** Something happened to a record. */
  void note(
      String what, String group, Position at, @Nullable String key, int attempt, String note) {
    add(what, group, at.toString(), number(key), String.valueOf(attempt), note);
  }

  /** An attempt begins. */
  void attempt(String group, Position at, @Nullable String key, int attempt) {
    lock.lock();
    try {
      attempts.merge(new Handling(group, at), 1, Integer::sum);
    } finally {
      lock.unlock();
    }
    note("attempt", group, at, key, attempt, "");
  }

  private String number(@Nullable String key) {
    if (key == null) {
      return "";
    }
    lock.lock();
    try {
      return keys.computeIfAbsent(key, unknown -> keys.size()).toString();
    } finally {
      lock.unlock();
    }
  }

  private void add(
      String what, String group, String place, String key, String attempt, String note) {
    Instant now = clock.get(); // not under our lock: it may take one of its own
    String thread = Thread.currentThread().getName();
    lock.lock();
    try {
      if (first == null) {
        first = now;
      }
      actions++;
      rows.add(new Row(now, what, group, place, key, attempt, thread, note));
      if (rows.size() > ROWS) {
        rows.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many attempts a group made at each record, the first of them first. */
  Map<Position, Integer> attempts(String group) {
    lock.lock();
    try {
      Map<Position, Integer> of = new LinkedHashMap<>();
      attempts.forEach(
          (handling, count) -> {
            if (handling.group.equals(group)) {
              of.put(handling.at, count);
            }
          });
      return of;
    } finally {
      lock.unlock();
    }
  }

  /** The last actions, one a line. */
  String table() {
    lock.lock();
    try {
      Instant begin = first;
      if (begin == null) {
        return "nothing was published, read or handled by events of this test";
      }
      StringBuilder table =
          new StringBuilder(
              rows.size() < actions
                  ? "the last %d of %d actions%n".formatted(rows.size(), actions)
                  : "all %d actions%n".formatted(actions));
      table.append(HEADING);
      for (Row row : rows) {
        table.append(
            line(
                seconds(Duration.between(begin, row.time)),
                row.what,
                row.group,
                row.place,
                row.key,
                row.attempt,
                row.thread,
                row.note));
      }
      return table.toString();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a text has such a table already. */
  static boolean isIn(@Nullable String text) {
    return text != null && text.contains(HEADING.strip());
  }

  private static String seconds(Duration time) {
    return "%d.%03d".formatted(time.toSeconds(), time.toMillisPart());
  }

  private static String line(
      String time,
      String what,
      String group,
      String place,
      String key,
      String attempt,
      String thread,
      String note) {
    return "%10s  %-14s  %-12s  %-18s  %4s  %7s  %-24s  %s"
            .formatted(time, what, group, place, key, attempt, thread, note)
            .stripTrailing()
        + System.lineSeparator();
  }
}
