package dev.kafkaevents;

import java.time.Duration;

/** A flush that ran out of time. What is unsent may yet be stored. */
public final class UnsentException extends EventsException {
  private static final long serialVersionUID = 1L;

  private final long unsent;

  /** With the number of events that have no outcome yet. */
  public UnsentException(long unsent, Duration timeout) {
    super(unsent + " still unsent after a flush of " + timeout + "; they may yet be stored");
    this.unsent = unsent;
  }

  /** How many had no outcome when the time was up. */
  public long unsent() {
    return unsent;
  }
}
