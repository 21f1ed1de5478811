package dev.kafkaevents;

/** What a failure says about what to do next. Of a failure of Kafka's the core knows it. */
public enum FailureClass {
  /**
   * The event or the record is refused for what it is: undecodable, too large, invalid. The same
   * again is refused again, and others are not concerned.
   */
  REJECTED,
  /** Something does not answer, or not yet: a broker, a coordinator, a database. It may pass. */
  TRANSIENT,
  /** Nobody knows whether it was done. To do it again may do it twice. */
  UNKNOWN_OUTCOME,
  /** Refused without being tried, since there is too much to do already. */
  BACK_PRESSURE,
  /** Not authenticated, or not allowed. Passes when somebody changes credentials or rights. */
  SECURITY,
  /** What is configured here does not go with what is there. Passes when somebody changes it. */
  CONFIGURATION,
  /** The client is of no use any more; another one may be. */
  CLIENT_LOST,
  /** The transaction has to be aborted, and its work done again. */
  TRANSACTION_ABORTED,
  /** The group has moved on; to join it again is all there is to do. */
  GROUP_CHANGED,
  /** The thread was asked to stop. Says nothing about what it did. */
  INTERRUPTED;

  /** Whether the same may succeed later with nothing changed in it. */
  public boolean mayPass() {
    return this != REJECTED && this != INTERRUPTED;
  }
}
