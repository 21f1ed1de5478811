package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/**
 * What this framework throws. A message names topics, partitions, offsets and ids; never a key or a
 * payload.
 */
public class EventsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message. */
  public EventsException(String message) {
    super(message);
  }

  /** With a message and a cause. */
  public EventsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
