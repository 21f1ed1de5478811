package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/** What stopped a subscription. */
public final class SubscriptionException extends EventsException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // a record of plain values; exceptions are not sent anywhere
  private final @Nullable Position position;

  /** With the position of the record that stopped it, or null if it was none. */
  public SubscriptionException(
      String message, @Nullable Position position, @Nullable Throwable cause) {
    super(message, cause);
    this.position = position;
  }

  /**
   * The record that stopped it, which is delivered first when the group goes on; null if it was
   * none.
   */
  public @Nullable Position position() {
    return position;
  }
}
