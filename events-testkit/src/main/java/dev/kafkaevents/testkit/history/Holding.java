package dev.kafkaevents.testkit.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One member's time with one partition: what it has begun there, and how far each strand has come.
 * Confined to the thread that judges.
 */
final class Holding {
  /** How it ended. */
  enum End {
    /** In order: what ran had its time. */
    GIVEN_UP,
    /** By a loss the member was told of, a crash, or in a fault. */
    LOST,
    /** Another has it; the member is still to be told. */
    TAKEN_AWAY
  }

  /** What a delivery is doing. */
  enum Phase {
    RUNNING,
    WAITING,
    FAILED,
    SETTLED
  }

  /** The latest delivery of a strand. */
  static final class Step {
    final int record;
    private final long thread;
    Phase phase = Phase.RUNNING;
    long since;

    private Step(int record, long thread) {
      this.record = record;
      this.thread = thread;
    }
  }

  final String member;

  /** Null as long as it lasts. */
  @Nullable End end;

  final Map<Integer, Step> strands = new HashMap<>();

  /** What is running or waiting, by the place of its record. */
  final Map<Integer, Step> open = new HashMap<>();

  Holding(String member) {
    this.member = member;
  }

  boolean isLive() {
    return end == null;
  }

  /**
   * The delivery that {@code action} tells of; null if it is none of these, as far as can be told.
   */
  @Nullable Step openStep(int record, Action action) {
    Step step = open.get(record);
    return step == null
            || step.thread == action.thread()
            || step.thread == Action.NONE
            || action.thread() == Action.NONE
        ? step
        : null;
  }

  /** What it began and did not bring to an end that counts. */
  Set<Integer> unsettled() {
    Set<Integer> unsettled = new HashSet<>(open.keySet());
    for (Step step : strands.values()) {
      if (step.phase == Phase.FAILED) {
        unsettled.add(step.record);
      }
    }
    return unsettled;
  }

  /** Begins a delivery, or its next attempt. */
  void begin(int record, int strand, Action action) {
    Step step = open.get(record);
    if (step == null) {
      step = new Step(record, action.thread());
      open.put(record, step);
      strands.put(strand, step);
    }
    step.phase = Phase.RUNNING;
    step.since = action.nanos();
  }
}
