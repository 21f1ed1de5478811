package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/** An event that was not published, or not yet, or of which it is unknown whether it was. */
public final class PublishException extends EventsException {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final FailureClass failureClass;

  /** What is known about the event. */
  public enum Outcome {
    /**
     * Refused for what it is: too large, not encodable, without its key. It is not stored, and
     * never will be.
     */
    REJECTED,
    /** Not stored, for a reason that may pass: publish it again. */
    NOT_STORED,
    /** It may be stored: publishing it again may store it twice, and out of order. */
    UNKNOWN,
    /**
     * Kept on a disk of this machine by something that was installed to do so, and not stored yet:
     * it will be when the cluster takes it. Publishing it again stores it twice.
     */
    SPOOLED
  }

  /** With what is known, a message and a cause; of the class that goes without saying. */
  public PublishException(Outcome outcome, String message, @Nullable Throwable cause) {
    this(outcome, usually(outcome), message, cause);
  }

  /** With what is known, the class of the failure, a message and a cause. */
  public PublishException(
      Outcome outcome, FailureClass failureClass, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
    this.failureClass = failureClass;
  }

  private static FailureClass usually(Outcome outcome) {
    return switch (outcome) {
      case REJECTED -> FailureClass.REJECTED;
      case NOT_STORED, SPOOLED -> FailureClass.TRANSIENT;
      case UNKNOWN -> FailureClass.UNKNOWN_OUTCOME;
    };
  }

  /** What is known about the event. */
  public Outcome outcome() {
    return outcome;
  }

  /** Why, as far as that says what to do next. */
  public FailureClass failureClass() {
    return failureClass;
  }
}
