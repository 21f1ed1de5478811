package dev.kafkaevents;

/**
 * What an application does with an event. To return is to accept it; to throw is to fail, which
 * what is installed for failures answers (a retry, a dead letter) or else stops the subscription.
 * It may block.
 *
 * <p>Called by many threads at once, for one event of a key (see {@link Ordering}) at a time. An
 * event may come again: after a crash, a partition that moved to another member, or a replay.
 *
 * <p>An {@link InterruptedException} that it throws when the subscription closes is neither: the
 * event is delivered again later.
 */
@FunctionalInterface
public interface EventHandler<T> {
  /** Handles one event. */
  void handle(Delivery<T> delivery) throws Exception;

  /**
   * Handles a record without a value, which on a compacted topic says that its key is gone. Unless
   * overridden this is a failure that is not retried, since dropping a record takes a line of code
   * that says so.
   */
  default void handleTombstone(Delivery<T> delivery) throws Exception {
    throw AwaitingHandler.noTombstones(delivery, "EventHandler");
  }
}
