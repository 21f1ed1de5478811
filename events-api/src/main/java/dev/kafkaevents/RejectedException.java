package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/** For a handler to throw: this event is refused for what it is, and trying again does not help. */
public final class RejectedException extends EventsException {
  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public RejectedException(String reason) {
    super(reason);
  }

  /** With the reason and its cause. */
  public RejectedException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}
