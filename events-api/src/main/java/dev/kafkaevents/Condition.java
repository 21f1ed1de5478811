package dev.kafkaevents;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

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

  /**
   * What is kept on a disk of this machine until the cluster takes it.
   *
   * @param name of the spool: its directory
   * @param messages that are not stored yet
   * @param bytes of the files; a file is deleted when all in it is stored
   * @param oldest when the first of the messages was put there; null if there is none
   * @param quarantined files with what was damaged or is refused, which somebody has to look at
   */
  record Spool(String name, long messages, long bytes, @Nullable Instant oldest, long quarantined)
      implements Condition {}
}
