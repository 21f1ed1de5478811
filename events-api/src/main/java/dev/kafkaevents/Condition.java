package dev.kafkaevents;

/**
 * What an interceptor says of itself in the health of the publisher or subscription it works for,
 * for people and for meters. True at the moment it was asked for.
 */
public sealed interface Condition {
  /**
   * How a circuit breaker stands. One that several publishers and subscriptions share has the same
   * name in all of them.
   */
  record CircuitBreaker(String name, State state) implements Condition {
    /** Whether it lets through. */
    public enum State {
      /** All. */
      CLOSED,
      /** A probe, to see whether all may go again. */
      HALF_OPEN,
      /** Nothing. */
      OPEN
    }
  }

  /**
   * Records that are to be put aside, as dead letters for example, and wait with what is ordered
   * after them since the topic does not take them.
   *
   * @param records how many of this subscription; zero while the topic takes them
   */
  record PutAsideBlocked(int records) implements Condition {}

  /**
   * How much of a budget of retries is there to be spent.
   *
   * @param left from 0, where further retries come later than they would, to 1
   */
  record RetryBudget(double left) implements Condition {}
}
