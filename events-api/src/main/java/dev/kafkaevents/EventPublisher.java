package dev.kafkaevents;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes events. Safe for use by many threads.
 *
 * <p>Publishing is asynchronous: a future succeeds once all in-sync replicas have the record, and
 * fails with a {@link PublishException} whose {@link PublishException#outcome outcome} says what is
 * known. Call {@code join()} on it to publish synchronously. Events with the same key, published by
 * one thread, are stored in that order.
 *
 * <p>A publish method may block until the topic's metadata is known or the send buffer has room,
 * for {@code max.block.ms} at most (5 s unless configured). It throws neither because of the broker
 * nor because of the event: one that no serde accepts, that lacks its key or is too large fails its
 * future, as does any once this is closed. Futures complete on the client's network thread: a
 * dependent action that blocks belongs in an {@code …Async} method of the future.
 */
public interface EventPublisher {
  /**
   * A new event for {@code topic} with all attributes filled in: to change before it is published.
   *
   * @throws IllegalArgumentException if the topic carries no payloads of that type, or its key
   *     function fails
   */
  <T> Event<T> event(Topic<T> topic, T payload);

  /** Publishes {@code event} as it is. */
  <T> CompletableFuture<PublishResult> publish(Topic<T> topic, Event<T> event);

  /** Publishes {@code payload} as a new event. */
  <T> CompletableFuture<PublishResult> publish(Topic<T> topic, T payload);

  /** Writes a record without a value: on a compacted topic, the end of {@code key}. */
  CompletableFuture<Position> publishTombstone(Topic<?> topic, String key);

  /**
   * Sends bytes as they are: dead letters, replays, an outbox. No serde sees them, and of what is
   * installed only what asks for messages, such as tracing.
   */
  CompletableFuture<Position> send(Message message);

  /**
   * Waits until everything published before has its outcome, be it stored or failed: the futures
   * are done, and so is what hangs on them. Not to be called from there, where it would wait for
   * itself.
   *
   * @throws UnsentException if {@code timeout} passes first; it has the number still unsent, which
   *     may yet be stored
   */
  void flush(Duration timeout);
}
