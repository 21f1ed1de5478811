package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Position;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.testkit.history.Violation.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * Goes through a history once, from its first action to its last, and hands each to the {@link
 * PartitionTrial} it belongs to. What records there are, and of which key, is known beforehand from
 * the whole: an acknowledgement may come later than the delivery. Confined to the thread that
 * judges.
 */
final class Judge {
  private final List<Action> actions;
  private final Map<TopicPartition, PartitionTrial> trials = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  /** What is where, by the position of the letter. */
  private final Map<Position, String> deadLetters = new LinkedHashMap<>();

  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /** Set while a fault of the cluster lasts. */
  private boolean fault;

  /** Which action is being looked at. */
  private int now;

  /** Where the first violation showed. */
  private int firstViolation;

  private int delivered;
  private int deadLettered;
  private int repeated;
  private int assigned;
  private int lost;
  private int crashed;

  Judge(SubscribeOptions options, List<Action> actions) {
    this.actions = actions;
    Set<String> topics = new HashSet<>();
    for (Action action : actions) {
      if (action.kind() == Action.Kind.ASSIGNED || action.kind() == Action.Kind.DELIVERED) {
        topics.add(action.topic());
      }
    }
    Map<TopicPartition, Records.Builder> records = new LinkedHashMap<>();
    for (Action action : actions) {
      if (topics.contains(action.topic())) {
        records
            .computeIfAbsent(
                new TopicPartition(action.topic(), action.partition()),
                id -> new Records.Builder(options.ordering()))
            .add(action);
      }
    }
    records.forEach(
        (id, builder) ->
            trials.put(
                id,
                new PartitionTrial(
                    this, id.topic(), id.partition(), builder.build(), options.drainTimeout())));
  }

  Verdict judge(boolean finished) {
    for (Action action : actions) {
      take(action);
      now++;
    }
    deadLetters.keySet().forEach(this::requireStored);
    if (finished) {
      trials.values().forEach(PartitionTrial::finish);
      requireSomething();
    }
    Position at = violations.isEmpty() ? new Position("", 0, 0) : violations.get(0).at();
    return new Verdict(
        violations, figures(), Table.of(actions, firstViolation, at.topic(), at.partition()));
  }

  private void take(Action action) {
    switch (action.kind()) {
      case FAULT_BEGINS -> fault = true;
      case FAULT_ENDS -> fault = false;
      case CRASHED -> {
        crashed++;
        trials.values().forEach(trial -> trial.crashed(action));
      }
      case DEAD_LETTERED -> deadLettered(action);
      default -> {
        if (action.kind() == Action.Kind.LOG_ENDS) {
          ends.put(new TopicPartition(action.topic(), action.partition()), action.offset());
        }
        PartitionTrial trial = trials.get(new TopicPartition(action.topic(), action.partition()));
        if (trial != null) { // else it is of a topic that nobody here reads
          trial.take(action);
        }
      }
    }
  }

  private void deadLettered(Action action) {
    deadLettered++;
    String there = deadLetters.putIfAbsent(action.position(), action.note());
    if (there != null && !there.equals(action.note())) {
      violate(
          Rule.DEAD_LETTER_STORED,
          action.position(),
          "the dead letter %s is said to be there, and the one %s is"
              .formatted(action.note(), there));
    }
  }

  private void requireStored(Position letter) {
    Long end = ends.get(new TopicPartition(letter.topic(), letter.partition()));
    if (end != null && letter.offset() >= end) {
      violate(
          Rule.DEAD_LETTER_STORED,
          letter,
          "the dead letter %s is said to be there, and the log ends at %d"
              .formatted(deadLetters.get(letter), end));
    }
  }

  /** A checker that saw nothing must not say that all is well. */
  private void requireSomething() {
    if (trials.isEmpty()) {
      violate(
          Rule.TOLD,
          new Position("", 0, 0),
          "no partition was ever assigned; is a member() of this history installed as a probe, and of the same group?");
    } else if (published() == 0) {
      violate(
          Rule.TOLD,
          trials.values().iterator().next().start(),
          "nothing is known to be published there, so nobody can say what was lost; install a member() where it is published, or call published()");
    }
  }

  private int published() {
    return count(trials.values(), Records::publishedCount);
  }

  private Verdict.Figures figures() {
    return new Verdict.Figures(
        published(),
        delivered,
        count(trials.values(), Records::settledCount),
        deadLettered,
        repeated,
        assigned,
        lost,
        crashed);
  }

  private static int count(Collection<PartitionTrial> trials, ToIntFunction<Records> count) {
    return trials.stream().map(PartitionTrial::records).mapToInt(count).sum();
  }

  // What trials tell.

  boolean isFault() {
    return fault;
  }

  void violate(Rule rule, Position at, String what) {
    if (violations.isEmpty()) {
      firstViolation = now;
    }
    violations.add(new Violation(rule, at, what));
  }

  void delivered() {
    delivered++;
  }

  void repeated() {
    repeated++;
  }

  void assigned() {
    assigned++;
  }

  void lost() {
    lost++;
  }
}
