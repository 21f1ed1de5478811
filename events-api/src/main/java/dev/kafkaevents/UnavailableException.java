package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/**
 * Something that the work on an event needs does not answer: a schema registry, a store of keys. It
 * says nothing about the event, which is worth another try and never a dead letter.
 */
public final class UnavailableException extends EventsException {
  private static final long serialVersionUID = 1L;

  /** With what does not answer, and since when or why. */
  public UnavailableException(String message) {
    super(message);
  }

  /** With what does not answer, and the cause. */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
