package dev.kafkaevents.contracts;

/** What a new version of a contract must be able to do with those before it. */
public enum Compatibility {
  /** Nothing. */
  NONE(false, false, false),
  /** Its readers read what the version before it wrote. */
  BACKWARD(true, false, false),
  /** Its readers read what any version before it wrote. */
  BACKWARD_TRANSITIVE(true, false, true),
  /** Readers of the version before it read what it writes. */
  FORWARD(false, true, false),
  /** Readers of any version before it read what it writes. */
  FORWARD_TRANSITIVE(false, true, true),
  /** {@link #BACKWARD} and {@link #FORWARD}. */
  FULL(true, true, false),
  /** {@link #BACKWARD_TRANSITIVE} and {@link #FORWARD_TRANSITIVE}. */
  FULL_TRANSITIVE(true, true, true);

  final boolean backward;
  final boolean forward;
  final boolean transitive;

  Compatibility(boolean backward, boolean forward, boolean transitive) {
    this.backward = backward;
    this.forward = forward;
    this.transitive = transitive;
  }
}
