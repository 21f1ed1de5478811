package dev.kafkaevents.contracts;

/** What can be said of a change. */
enum Verdict {
  /** Proven to break nobody. */
  COMPATIBLE,
  /** Proven to break somebody, by a value that was written and could not be read. */
  BREAKING,
  /** Neither could be proven. */
  UNDECIDED
}
