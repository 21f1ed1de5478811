package dev.kafkaevents.examples.quickstart;

import static dev.kafkaevents.examples.quickstart.Table.number;

import dev.kafkaevents.Position;
import dev.kafkaevents.examples.quickstart.DeadLetters.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table at the end of a run: what was counted, and whether what was checked holds. */
record Report(OrderInput input, Ledger ledger, KeyOrder order, DeadLetters letters, Watch watch) {
  /**
   * With the offsets of each partition of the topic: where it ends, and what the group has
   * committed.
   */
  Table table(Map<Integer, Long> ends, Map<Integer, Long> committed) {
    Table table = new Table();
    Ledger.Balance balance = ledger.balance();
    addRecords(table, balance);
    addDeadLetters(table, balance);
    addAccounts(table, balance);
    addOrder(table);
    addOffsets(table, ends, committed);
    addRate(table, balance);
    return table;
  }

  private void addRecords(Table table, Ledger.Balance balance) {
    boolean areStored = balance.begun() == balance.stored();
    table
        .row(
            "malformed lines",
            input.malformed(),
            input.malformed() == 0 ? "" : "left out, see above")
        .check(
            areStored,
            "published",
            balance.stored(),
            areStored
                ? number(input.events()) + " events, and one record that is unreadable"
                : "%s refused, %s with unknown outcome"
                    .formatted(
                        number(balance.refused()),
                        number(balance.begun() - balance.stored() - balance.refused())))
        .row("handled", balance.handled(), "up to %d at once".formatted(watch.mostAtOnce()))
        .row(
            "retried",
            watch.retries(),
            watch.retries() == 0
                ? ""
                : "more attempts, for %s events".formatted(number(watch.retriedEvents())));
  }

  private void addDeadLetters(Table table, Ledger.Balance balance) {
    DeadLetters.Finding finding = letters.finding();
    boolean areThere =
        finding.same() >= balance.deadLettered()
            && finding.different() == 0
            && finding.missing() == 0;
    table
        .check(
            areThere,
            "dead-lettered",
            balance.deadLettered(),
            areThere
                ? "read back from orders.dlq, byte for byte the same"
                : "read back: %s the same, %s different, %s missing"
                    .formatted(
                        number(finding.same()),
                        number(finding.different()),
                        number(finding.missing())))
        .row("  rejected by a rule", letters.count(Kind.REJECTED), "")
        .check(
            finding.copies() > 0,
            "  undecodable",
            letters.count(Kind.UNDECODABLE),
            finding.copies() > 0
                ? "the unreadable record, as it was sent"
                : "not the bytes that were sent");
    if (letters.count(Kind.GIVEN_UP) > 0) {
      table.row("  given up", letters.count(Kind.GIVEN_UP), "after the last attempt");
    }
  }

  private void addAccounts(Table table, Ledger.Balance balance) {
    boolean mayRepeat = watch.wasReassigned();
    table
        .check(
            balance.missing() == 0,
            "unaccounted for",
            balance.missing(),
            balance.missing() == 0
                ? ""
                : "stored, and not settled: " + list(balance.examples(), balance.missing()))
        .check(
            balance.again() == 0 || mayRepeat,
            "handled again",
            balance.again(),
            balance.again() > 0 && mayRepeat ? "a partition was lost and came back" : "");
    if (balance.skipped() > 0) {
      table.check(
          false, "settled unhandled", balance.skipped(), "the handler has not accepted them");
    }
    if (balance.unknown() > 0) {
      table.check(
          balance.unknown() <= balance.uncertain(),
          "of unknown origin",
          balance.unknown(),
          balance.unknown() <= balance.uncertain()
              ? "stored, though the publisher never heard of it"
              : "delivered, and not published by this run");
    }
  }

  private void addOrder(Table table) {
    KeyOrder.Finding finding = order.finding();
    table.check(
        finding.broken() == 0,
        "order kept per key",
        finding.broken() == 0
            ? "checked for %s keys".formatted(number(finding.keys()))
            : "out of order: " + list(finding.examples(), finding.broken()));
  }

  private static void addOffsets(
      Table table, Map<Integer, Long> ends, Map<Integer, Long> committed) {
    boolean areEqual =
        ends.keySet().stream().allMatch(partition -> isCommitted(partition, ends, committed));
    table.check(
        areEqual && !ends.isEmpty(), "committed to the end", ends.isEmpty() ? "unknown" : "");
    ends.keySet().stream()
        .sorted()
        .forEach(
            partition ->
                table.check(
                    isCommitted(partition, ends, committed),
                    "  partition " + partition,
                    committed.getOrDefault(partition, 0L),
                    "of " + number(ends.getOrDefault(partition, 0L))));
  }

  private static boolean isCommitted(
      int partition, Map<Integer, Long> ends, Map<Integer, Long> committed) {
    return committed.getOrDefault(partition, 0L).equals(ends.get(partition));
  }

  private static void addRate(Table table, Ledger.Balance balance) {
    long settled = balance.handled() + balance.deadLettered();
    double seconds = balance.duration().toNanos() / 1e9;
    table.row(
        "events per second",
        seconds > 0 ? Math.round(settled / seconds) : 0,
        String.format(
            Locale.ROOT, "%s in %.2f s, in a JVM that had just started", number(settled), seconds));
  }

  private static String list(List<Position> examples, long all) {
    String list = examples.stream().map(Position::toString).collect(Collectors.joining(", "));
    return all > examples.size() ? list + " and " + number(all - examples.size()) + " more" : list;
  }
}
