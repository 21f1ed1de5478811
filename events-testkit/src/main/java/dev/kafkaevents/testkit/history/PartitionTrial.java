package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Position;
import dev.kafkaevents.testkit.history.Holding.End;
import dev.kafkaevents.testkit.history.Holding.Phase;
import dev.kafkaevents.testkit.history.Holding.Step;
import dev.kafkaevents.testkit.history.Violation.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges one partition. Its measure is a member that behaves: it takes a strand (a key's records)
 * one after the other, commits no further than what is settled, and gives up only what is at rest.
 * From how a member's time with the partition ends follows what may come again: in order, nothing;
 * otherwise whatever it had begun and not committed. Confined to the thread that judges.
 */
final class PartitionTrial {
  private final Judge judge;
  private final String topic;
  private final int partition;
  private final Records records;
  private final long drainNanos;

  /** The present or latest one of each member. */
  private final Map<String, Holding> holdings = new HashMap<>();

  /** Those that ended: a handler may outlive them. */
  private final List<Holding> ended = new ArrayList<>();

  /** The furthest offset that is known to be committed. */
  private long committed;

  /** Where the group was set to; what is before it has no say in the order. */
  private long from;

  /** Before which place unsettled records were complained of already. */
  private int passed;

  private long logEnd = Long.MAX_VALUE;

  PartitionTrial(Judge judge, String topic, int partition, Records records, Duration drainTimeout) {
    this.judge = judge;
    this.topic = topic;
    this.partition = partition;
    this.records = records;
    this.drainNanos = drainTimeout.toNanos();
  }

  Records records() {
    return records;
  }

  Position start() {
    return new Position(topic, partition, 0);
  }

  void take(Action action) {
    switch (action.kind()) {
      case ASSIGNED -> assigned(action);
      case REVOKED -> end(action, judge.isFault() ? End.LOST : End.GIVEN_UP);
      case LOST -> end(action, End.LOST);
      case DELIVERED -> delivered(action);
      case SETTLED -> settled(action);
      case FAILED -> moveOn(action, Phase.FAILED);
      case RETRY -> moveOn(action, Phase.WAITING);
      case COMMITTED, BROKER_HAS -> committed(action);
      case RESET -> reset(action.offset());
      case LOG_ENDS -> logEnd = action.offset();
      default -> {
        // published: known beforehand
      }
    }
  }

  private void assigned(Action action) {
    Holding mine = holdings.get(action.member());
    if (mine != null && mine.isLive()) {
      return;
    }
    for (Holding other : holdings.values()) {
      if (other.isLive()) {
        end(other, End.TAKEN_AWAY);
      }
    }
    hold(action.member());
  }

  private Holding hold(String member) {
    Holding holding = new Holding(member);
    holdings.put(member, holding);
    judge.assigned();
    return holding;
  }

  private void end(Action action, End how) {
    Holding holding = holdings.get(action.member());
    if (holding == null) {
      return;
    }
    if (holding.isLive()) {
      end(holding, how);
    } else if (holding.end == End.TAKEN_AWAY) {
      holding.end = End.LOST; // Now it has been told.
    }
  }

  private void end(Holding holding, End how) {
    holding.end = how;
    if (how != End.GIVEN_UP) {
      judge.lost();
      records.mayRepeatFrom(committed);
    }
    holding.unsettled().forEach(records::mayRepeat); // for those that were a repeat already
    ended.add(holding);
  }

  void crashed(Action action) {
    Holding holding = holdings.remove(action.member());
    if (holding != null && holding.isLive()) {
      end(holding, End.LOST);
    }
  }

  private void delivered(Action action) {
    judge.delivered();
    int record = records.at(action.offset());
    requireSameEvent(action, record);
    Holding holding = holding(action);
    if (holding.isLive()) {
      if (!holding.open.containsKey(record)) {
        requireTurn(holding, record);
      }
    } else if (holding.end != End.TAKEN_AWAY) {
      violate(
          Rule.HELD, record, "member %s started it after giving it up".formatted(action.member()));
    }
    records.deliver(record);
    holding.begin(record, records.strand(record), action);
  }

  private Holding holding(Action action) {
    Holding holding = holdings.get(action.member());
    return holding == null ? hold(action.member()) : holding;
  }

  private void requireSameEvent(Action action, int record) {
    String stored = records.id(record);
    if (!stored.isEmpty() && !action.note().isEmpty() && !stored.equals(action.note())) {
      violate(
          Rule.NOTHING_LOST,
          record,
          "event %s was acknowledged there, and event %s is".formatted(stored, action.note()));
    }
  }

  /** Whether a record may be begun that its holder has not begun already. */
  private void requireTurn(Holding holding, int record) {
    Step last = holding.strands.get(records.strand(record));
    int before = records.before(record);
    if (last != null && last.phase == Phase.RUNNING) {
      violate(
          Rule.ONE_AT_A_TIME,
          record,
          "%s is being handled, and %s too".formatted(named(last.record), named(record)));
    } else if (last != null && last.phase != Phase.SETTLED) {
      violate(
          Rule.ORDER,
          record,
          "%s was started before %s was settled, which %s"
              .formatted(
                  named(record),
                  named(last.record),
                  last.phase == Phase.FAILED ? "failed" : "waits for a retry"));
    } else if (last != null && last.record >= record) {
      violate(
          Rule.ORDER,
          record,
          "%s was started after %s".formatted(named(record), named(last.record)));
    } else if (before >= 0 && !records.isDone(before) && records.offset(before) >= from) {
      violate(
          Rule.ORDER,
          record,
          "%s was started before %s was settled".formatted(named(record), named(before)));
    }
    requireReasonToRepeat(record);
  }

  private void requireReasonToRepeat(int record) {
    boolean may = records.takeRepeat(record) && records.offset(record) >= committed;
    if (!records.isSettled(record)) {
      return;
    }
    if (may) {
      judge.repeated();
    } else {
      violate(
          Rule.REPEATS_EXPLAINED,
          record,
          "it was settled and comes again, with %d committed and no crash, loss or replay since"
              .formatted(committed));
    }
  }

  private void settled(Action action) {
    int record = records.at(action.offset());
    Holding holding = holding(action);
    Step step = holding.isLive() ? holding.openStep(record, action) : null;
    if (step != null) {
      holding.open.remove(record);
      step.phase = Phase.SETTLED;
    } else if (!settledLate(action, record) && holding.isLive()) {
      settledUnbegun(holding, record, action);
    }
    records.settle(record);
  }

  /** A handler that outlived its member's time with the partition. What it did counts for it. */
  private boolean settledLate(Action action, int record) {
    for (int i = ended.size() - 1; i >= 0; i--) {
      Holding holding = ended.get(i);
      Step step = holding.member.equals(action.member()) ? holding.openStep(record, action) : null;
      if (step != null) {
        holding.open.remove(record);
        records.mayRepeat(record);
        if (holding.end == End.GIVEN_UP && action.nanos() - step.since < drainNanos) {
          violate(
              Rule.DRAINED,
              record,
              "member %s gave it up while its handler ran, which settled it after %d ms in all; it was to have %d ms"
                  .formatted(
                      action.member(),
                      (action.nanos() - step.since) / 1_000_000,
                      drainNanos / 1_000_000));
        }
        return true;
      }
    }
    return false;
  }

  /** By an interceptor, before any handler: it is begun and settled in one. Or it is once more. */
  private void settledUnbegun(Holding holding, int record, Action action) {
    Step last = holding.strands.get(records.strand(record));
    if (last != null && last.record == record && last.phase == Phase.SETTLED) {
      violate(Rule.SETTLED_ONCE, record, "member %s settled it twice".formatted(action.member()));
      return;
    }
    requireTurn(holding, record);
    records.deliver(record);
    holding.begin(record, records.strand(record), action);
    Step step = holding.open.remove(record);
    if (step != null) {
      step.phase = Phase.SETTLED;
    }
  }

  private void moveOn(Action action, Phase phase) {
    int record = records.at(action.offset());
    Holding holding = holding(action);
    Step step = holding.openStep(record, action);
    if (step != null) {
      step.phase = phase;
      if (phase == Phase.FAILED) {
        holding.open.remove(record);
      }
    }
  }

  private void committed(Action action) {
    long offset = action.offset();
    boolean byMember = action.kind() == Action.Kind.COMMITTED;
    for (int i = Math.max(passed, records.firstOpen());
        i < records.size() && records.offset(i) < offset;
        i++) {
      passed = i + 1;
      if (!records.isDone(i)) {
        violate(
            Rule.COMMIT_BEHIND_SETTLED,
            i,
            "%d is committed and it is not settled".formatted(offset));
      }
    }
    for (Holding holding : holdings.values()) {
      if (holding.isLive() && (!byMember || holding.member.equals(action.member()))) {
        requireNoneOpenBefore(holding, offset);
      }
    }
    if (byMember && offset < committed && has(action.member())) { // else it is told late
      judge.violate(
          Rule.COMMIT_BEHIND_SETTLED,
          new Position(topic, partition, offset),
          "the committed offset went back from %d to %d".formatted(committed, offset));
    }
    committed = Math.max(committed, offset);
  }

  private boolean has(String member) {
    Holding holding = holdings.get(member);
    return holding == null || holding.isLive();
  }

  private void requireNoneOpenBefore(Holding holding, long offset) {
    for (Integer record : holding.open.keySet()) {
      if (records.offset(record) < offset && records.isSettled(record)) {
        violate(
            Rule.COMMIT_BEHIND_SETTLED,
            record,
            "%d is committed while member %s handles it once more"
                .formatted(offset, holding.member));
      }
    }
  }

  private void reset(long offset) {
    for (int i = 0; i < records.from(offset); i++) {
      if (!records.isSettled(i)) {
        records.waive(i);
      }
    }
    from = offset;
    committed = offset;
    records.mayRepeatFrom(offset);
    holdings.values().forEach(holding -> holding.strands.clear());
  }

  /** All is over. */
  void finish() {
    for (int i = 0; i < records.size(); i++) {
      if (!records.isPublished(i)) {
        continue;
      }
      if (records.offset(i) >= logEnd) {
        violate(
            Rule.NOTHING_LOST, i, "it was acknowledged, and the log ends at %d".formatted(logEnd));
      }
      if (!records.isDone(i)) {
        violate(Rule.NOTHING_LOST, i, "it was acknowledged and never settled");
      }
    }
  }

  private void violate(Rule rule, int record, String what) {
    judge.violate(rule, new Position(topic, partition, records.offset(record)), what);
  }

  /** With the number of its key, if it has one. */
  private String named(int record) {
    int strand = records.strand(record);
    return strand < 0
        ? "@" + records.offset(record)
        : "@%d of key %d".formatted(records.offset(record), strand);
  }
}
