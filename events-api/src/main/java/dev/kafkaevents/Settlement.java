package dev.kafkaevents;

/**
 * How a delivery ended. Each of these lets the committed offset move past the record; an exception
 * does not.
 */
public sealed interface Settlement {
  /** The handler accepted it. */
  static Settlement handled() {
    return Handled.INSTANCE;
  }

  /** It was left out, for {@code reason}: a word or two without data, fit for a metric. */
  static Settlement skipped(String reason) {
    return new Skipped(reason);
  }

  /** It is stored at {@code at}, in a dead-letter topic, for {@code cause}. */
  static Settlement deadLettered(Position at, Throwable cause) {
    return new DeadLettered(at, cause);
  }

  /** The handler accepted it. */
  record Handled() implements Settlement {
    private static final Handled INSTANCE = new Handled();
  }

  /** It was left out, for a reason. */
  record Skipped(String reason) implements Settlement {}

  /**
   * It is stored in a dead-letter topic, for a cause; or kept on a disk of this machine to be
   * stored there, and then partition and offset of the position are -1.
   */
  record DeadLettered(Position at, Throwable cause) implements Settlement {}
}
