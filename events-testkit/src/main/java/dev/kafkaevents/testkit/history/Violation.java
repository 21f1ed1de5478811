package dev.kafkaevents.testkit.history;

import dev.kafkaevents.Position;

/**
 * A promise that was broken: which one, at which record, and how. Names a key by a number, never by
 * its text.
 */
public record Violation(Rule rule, Position at, String what) {
  /** What is promised. */
  public enum Rule {
    /** The history has what it takes to be judged. */
    TOLD,
    /** What is acknowledged stays in the log, and is settled. */
    NOTHING_LOST,
    /** A record is delivered only when the one before it of its key is settled. */
    ORDER,
    /** Of one key, one record at a time is being handled. */
    ONE_AT_A_TIME,
    /** A committed offset has only settled records before it, and never goes back. */
    COMMIT_BEHIND_SETTLED,
    /** What was settled comes again only after a crash, a lost assignment or a replay. */
    REPEATS_EXPLAINED,
    /** A dead letter is in the log where its settlement says, in a place of its own. */
    DEAD_LETTER_STORED,
    /** A delivery is settled once. */
    SETTLED_ONCE,
    /** A partition that is given up in order is given up after its handlers have had their time. */
    DRAINED,
    /** Nothing is started of a partition that was given up. */
    HELD
  }

  @Override
  public String toString() {
    return rule + " at " + at + ": " + what;
  }
}
