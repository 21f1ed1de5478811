package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that can't be read as an event, or an event that can't be written. Trying again does not
 * help.
 */
public final class SerdeException extends EventsException {
  private static final long serialVersionUID = 1L;

  /** With a message that has no part of the payload. */
  public SerdeException(String message) {
    super(message);
  }

  /** With a message and a cause, neither of which has a part of the payload. */
  public SerdeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
