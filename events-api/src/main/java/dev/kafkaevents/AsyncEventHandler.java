package dev.kafkaevents;

import java.util.concurrent.CompletionStage;

/**
 * What an application does with an event that it finishes later, on a thread of its own. The stage
 * is to this what returning is to an {@link EventHandler}: when it completes, the event is accepted
 * or has failed, with the same order and the same guarantees. It counts against the concurrency
 * until then.
 *
 * <p>If the subscription closes or loses the partition meanwhile, or {@link
 * SubscribeOptions#withHandlerTimeout the handler time-out} passes, the stage is cancelled.
 */
@FunctionalInterface
public interface AsyncEventHandler<T> {
  /** Begins to handle one event. The stage's value means nothing. */
  CompletionStage<?> handle(Delivery<T> delivery) throws Exception;

  /** Begins to handle a record without a value; see {@link EventHandler#handleTombstone}. */
  default CompletionStage<?> handleTombstone(Delivery<T> delivery) throws Exception {
    throw AwaitingHandler.noTombstones(delivery, "AsyncEventHandler");
  }
}
