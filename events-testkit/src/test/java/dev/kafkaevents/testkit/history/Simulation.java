package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.Violation.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group of well-behaved members on one partition, as a model: at random it publishes, delivers,
 * retries, commits, gives up, loses and crashes, and tells a history. One fault at most may be
 * seeded, which happens as soon as it can.
 */
final class Simulation {
  /** What can be done wrong, and the rule that is to find it. */
  enum Fault {
    FORGETS_A_RECORD(Rule.NOTHING_LOST),
    COMMITS_PAST_AN_UNSETTLED_RECORD(Rule.COMMIT_BEHIND_SETTLED),
    COMMITS_BEFORE_THE_HANDLER_ENDS(Rule.COMMIT_BEHIND_SETTLED),
    COMMITS_BACKWARDS(Rule.COMMIT_BEHIND_SETTLED),
    COMMITS_WHAT_SETTLED_LATE(Rule.COMMIT_BEHIND_SETTLED),
    STARTS_THE_NEXT_OF_A_KEY_BEFORE_ITS_TURN(Rule.ORDER),
    OVERTAKES_A_RETRY(Rule.ORDER),
    GOES_ON_AFTER_A_FAILURE(Rule.ORDER),
    HANDLES_TWO_OF_A_KEY_AT_ONCE(Rule.ONE_AT_A_TIME),
    REPEATS_AFTER_GIVING_UP(Rule.REPEATS_EXPLAINED),
    REPEATS_WHAT_WAS_COMMITTED(Rule.REPEATS_EXPLAINED),
    SETTLES_TWICE(Rule.SETTLED_ONCE),
    GIVES_UP_WITHOUT_WAITING(Rule.DRAINED),
    STARTS_AFTER_GIVING_UP(Rule.HELD),
    FINDS_ANOTHER_EVENT(Rule.NOTHING_LOST),
    LOSES_THE_END_OF_THE_LOG(Rule.NOTHING_LOST);

    final Rule rule;

    Fault(Rule rule) {
      this.rule = rule;
    }
  }

  private static final Duration DRAIN = Duration.ofMillis(50);
  private static final String TOPIC = "model";
  private static final String SECRET = "jane.doe@example.com/";

  private final Random random;
  private final @Nullable Fault fault;
  private boolean faultDone;
  private long nanos = 1;
  private final History history =
      History.of(SubscribeOptions.group("g").withDrainTimeout(DRAIN), () -> nanos);

  /** The key of each stored record, by place; gaps between offsets are of other things. */
  private final List<@Nullable String> keys = new ArrayList<>();

  private final List<Long> offsets = new ArrayList<>();
  private long end;

  private int committed;
  private Set<Integer> committedAhead = Set.of();
  private int lives;
  private int members;
  private Life life;
  private final List<Late> late = new ArrayList<>();
  private final Set<Integer> settledLate = new HashSet<>();

  private record Late(Life life, int record) {}

  /** One assignment. */
  private final class Life {
    final Member member;
    final Set<Integer> settled = new TreeSet<>();
    final Map<Integer, Integer> attempts = new HashMap<>();
    final Map<Integer, Long> running = new HashMap<>();
    final Set<Integer> waiting = new HashSet<>();
    final int number = lives++;
    final int start = committed;
    int frontier = committed;

    Life(Member member) {
      this.member = member;
      settled.addAll(committedAhead);
      member.assigned(TOPIC, 0);
    }

    Member teller() {
      return member.onThread(number);
    }

    boolean mayStart(int record) {
      if (settled.contains(record) || running.containsKey(record)) {
        return false;
      }
      for (int i = start; i < record && keys.get(record) != null; i++) {
        if (keys.get(record).equals(keys.get(i)) && !settled.contains(i)) {
          return false;
        }
      }
      return true;
    }

    int frontier() {
      while (settled.contains(frontier)) {
        frontier++;
      }
      return frontier;
    }

    /** The next of the key of {@code record}; -1 if there is none. */
    int nextOfKey(int record) {
      for (int i = record + 1; i < keys.size() && keys.get(record) != null; i++) {
        if (keys.get(record).equals(keys.get(i))) {
          return settled.contains(i) ? -1 : i;
        }
      }
      return -1;
    }
  }

  Simulation(long seed, @Nullable Fault fault) {
    random = new Random(seed);
    this.fault = fault;
    publish();
    life = new Life(nextMember());
  }

  /** Runs to the end; the history may be judged then. */
  History run() {
    int steps = 100 + random.nextInt(300);
    for (int i = 0; i < steps; i++) {
      step();
    }
    finish();
    return history;
  }

  /** Whether there was an occasion for the fault. */
  boolean faultDone() {
    return faultDone;
  }

  private void step() {
    nanos += random.nextInt(2_000_000);
    if (fault != null && !faultDone && random.nextInt(10) == 0) {
      faultDone = doWrong(fault);
      return;
    }
    int what = random.nextInt(100);
    if (what < 20) {
      publish();
    } else if (what < 55) {
      start();
    } else if (what < 80) {
      endOne();
    } else if (what < 88) {
      commit();
    } else if (what < 91) {
      settleLate();
    } else if (what < 94) {
      giveUp();
    } else if (what < 96) {
      lose();
    } else if (what < 98) {
      crash();
    } else if (what < 99) {
      evicted();
    } else if (!faultDone) {
      rewind();
    }
  }

  private void publish() {
    end += random.nextInt(3); // what is not the group's to see
    keys.add(random.nextInt(10) == 0 ? null : SECRET + random.nextInt(4));
    offsets.add(end++);
    int record = keys.size() - 1;
    history.published("event-" + record, at(record));
  }

  private void start() {
    List<Integer> startable = new ArrayList<>();
    for (int i = life.frontier(); i < Math.min(keys.size(), life.frontier() + 20); i++) {
      if (life.mayStart(i)) {
        startable.add(i);
      }
    }
    if (!startable.isEmpty()) {
      start(life, startable.get(random.nextInt(startable.size())), "event-");
    }
  }

  private void start(Life of, int record, String id) {
    of.waiting.remove(record);
    of.running.put(record, nanos);
    of.teller()
        .delivered(
            at(record),
            keys.get(record),
            random.nextBoolean() && id.equals("event-") ? null : id + record,
            of.attempts.merge(record, 1, Integer::sum));
  }

  private void endOne() {
    Integer record = any(life.running.keySet());
    if (record == null) {
      return;
    }
    if (random.nextInt(5) == 0) {
      life.running.remove(record);
      life.waiting.add(record);
      life.teller().retryScheduled(at(record));
    } else {
      settle(record);
    }
  }

  private void settle(int record) {
    life.running.remove(record);
    life.settled.add(record);
    life.teller()
        .settled(
            at(record), random.nextBoolean() ? Settlement.handled() : Settlement.skipped("why"));
  }

  private void commit() {
    int frontier = life.frontier();
    if (frontier > committed) {
      committed = frontier;
      life.member.committed(TOPIC, 0, offsetAfter(frontier));
      if (random.nextInt(4) == 0) {
        history.committedIs(TOPIC, 0, offsetAfter(frontier));
      }
    }
    committedAhead = new TreeSet<>(life.settled);
    committedAhead.removeIf(record -> record < committed);
  }

  /** In order: what runs may finish; what takes too long is let go, and what waits too. */
  private void giveUp() {
    for (Integer record : List.copyOf(life.running.keySet())) {
      if (nanos - life.running.get(record) > DRAIN.toNanos() || random.nextInt(8) == 0) {
        nanos = Math.max(nanos, life.running.get(record) + DRAIN.toNanos() + 1);
      } else {
        settle(record);
      }
    }
    for (Integer record : life.running.keySet()) {
      nanos = Math.max(nanos, life.running.get(record) + DRAIN.toNanos() + 1);
    }
    commit();
    life.member.revoked(TOPIC, 0);
    letGo();
  }

  private void lose() {
    life.member.lost(TOPIC, 0);
    letGo();
  }

  private void letGo() {
    life.running.keySet().forEach(record -> late.add(new Late(life, record)));
    life = new Life(random.nextBoolean() ? life.member : nextMember());
  }

  private void crash() {
    life.member.crashed();
    late.removeIf(each -> each.life.member == life.member);
    life = new Life(nextMember());
  }

  /** It does not know for a while, and goes on. */
  private void evicted() {
    Life zombie = life;
    life = new Life(nextMember());
    for (int i = zombie.frontier(); i < keys.size() && random.nextInt(3) > 0; i++) {
      if (zombie.mayStart(i)) {
        start(zombie, i, "event-");
        if (random.nextBoolean()) {
          zombie.running.remove(i);
          zombie.settled.add(i);
          zombie.teller().settled(at(i), Settlement.handled());
        }
      }
    }
    zombie.member.lost(TOPIC, 0);
    zombie.running.keySet().forEach(record -> late.add(new Late(zombie, record)));
  }

  private void settleLate() {
    if (!late.isEmpty()) {
      Late one = late.remove(random.nextInt(late.size()));
      settledLate.add(one.record);
      one.life.teller().settled(at(one.record), Settlement.handled());
    }
  }

  private void rewind() {
    lose();
    committed = random.nextInt(committed + 1);
    committedAhead = Set.of();
    history.reset(TOPIC, 0, offsetAfter(committed));
    life = new Life(nextMember());
  }

  private void finish() {
    while (life.frontier() < keys.size()) {
      nanos += 1_000;
      start();
      Integer record = any(life.running.keySet());
      if (record != null) {
        settle(record);
      }
    }
    commit();
    life.member.revoked(TOPIC, 0);
    history.committedIs(TOPIC, 0, offsetAfter(committed));
    boolean cut = fault == Fault.LOSES_THE_END_OF_THE_LOG;
    faultDone |= cut;
    history.endIs(TOPIC, 0, cut ? end - 1 : end);
  }

  /** False if there is no occasion now. */
  private boolean doWrong(Fault wrong) {
    Integer running = any(life.running.keySet());
    Integer waiting = any(life.waiting);
    int first = life.frontier();
    switch (wrong) {
      case FORGETS_A_RECORD -> {
        if (first >= keys.size()
            || first < life.start
            || !life.mayStart(first)
            || everSettled(first)) {
          return false;
        }
        life.settled.add(first);
        late.removeIf(each -> each.record == first);
        commit();
      }
      case COMMITS_PAST_AN_UNSETTLED_RECORD -> {
        if (first >= keys.size() || everSettled(first)) {
          return false;
        }
        life.member.committed(TOPIC, 0, offsets.get(first) + 1);
      }
      case COMMITS_BEFORE_THE_HANDLER_ENDS -> {
        if (running == null || everSettled(running)) {
          return false;
        }
        life.member.committed(TOPIC, 0, offsets.get(running) + 1);
      }
      case COMMITS_BACKWARDS -> {
        if (committed == 0 || life.start < committed) {
          return false;
        }
        life.member.committed(TOPIC, 0, offsetAfter(committed) - 1);
      }
      case COMMITS_WHAT_SETTLED_LATE -> {
        if (running == null) {
          return false;
        }
        // Lost and given again while its handler runs; the late end of the first moves the second.
        Life old = life;
        lose();
        if (!life.mayStart(running)) {
          return false;
        }
        start(life, running, "event-");
        old.teller().settled(at(running), Settlement.handled());
        late.removeIf(each -> each.record == running);
        life.member.committed(TOPIC, 0, offsets.get(running) + 1);
      }
      case STARTS_THE_NEXT_OF_A_KEY_BEFORE_ITS_TURN -> {
        int next = first < keys.size() ? life.nextOfKey(first) : -1;
        if (next < 0
            || everSettled(first)
            || !life.mayStart(first)
            || life.waiting.contains(first)) {
          return false;
        }
        start(life, next, "event-");
      }
      case OVERTAKES_A_RETRY -> {
        int next = waiting == null ? -1 : life.nextOfKey(waiting);
        if (next < 0) {
          return false;
        }
        start(life, next, "event-");
      }
      case GOES_ON_AFTER_A_FAILURE -> {
        int next = running == null ? -1 : life.nextOfKey(running);
        if (next < 0) {
          return false;
        }
        life.teller().failed(at(running));
        start(life, next, "event-");
      }
      case HANDLES_TWO_OF_A_KEY_AT_ONCE -> {
        int next = running == null ? -1 : life.nextOfKey(running);
        if (next < 0) {
          return false;
        }
        start(life, next, "event-");
      }
      case REPEATS_AFTER_GIVING_UP -> {
        Integer settled = any(life.settled);
        if (settled == null
            || !life.attempts.containsKey(settled)
            || settledLate.contains(settled)
            || !life.running.isEmpty()
            || life.start != committed) {
          return false;
        }
        commit();
        if (settled < committed || settled < life.start) {
          return false;
        }
        life.member.revoked(TOPIC, 0);
        committedAhead = Set.of();
        life = new Life(nextMember());
        start(life, settled, "event-");
      }
      case REPEATS_WHAT_WAS_COMMITTED -> {
        commit();
        if (committed == 0) {
          return false;
        }
        crash();
        start(life, random.nextInt(committed), "event-");
      }
      case SETTLES_TWICE -> {
        if (running == null) {
          return false;
        }
        settle(running);
        settle(running);
      }
      case GIVES_UP_WITHOUT_WAITING -> {
        if (running == null || nanos - life.running.get(running) >= DRAIN.toNanos()) {
          return false;
        }
        commit();
        life.member.revoked(TOPIC, 0);
        life.teller().settled(at(running), Settlement.handled());
        life.running.clear();
        letGo();
      }
      case STARTS_AFTER_GIVING_UP -> {
        if (!life.running.isEmpty() || first >= keys.size()) {
          return false;
        }
        commit();
        life.member.revoked(TOPIC, 0);
        start(life, first, "event-");
        life = new Life(nextMember());
      }
      case FINDS_ANOTHER_EVENT -> {
        if (first >= keys.size() || !life.mayStart(first)) {
          return false;
        }
        start(life, first, "other-");
      }
      case LOSES_THE_END_OF_THE_LOG -> {
        return false; // at the end
      }
    }
    return true;
  }

  private boolean everSettled(int record) {
    return history.isSettled(at(record));
  }

  private long offsetAfter(int records) {
    return records == 0 ? 0 : offsets.get(records - 1) + 1;
  }

  private Position at(int record) {
    return new Position(TOPIC, 0, offsets.get(record));
  }

  private Member nextMember() {
    return history.member("member-" + members++);
  }

  private @Nullable Integer any(Set<Integer> records) {
    return records.isEmpty()
        ? null
        : List.copyOf(new TreeSet<>(records)).get(random.nextInt(records.size()));
  }
}
