package dev.kafkaevents;

import static java.util.Objects.requireNonNull;

/** Subscribes handlers to topics. Safe for use by many threads. */
public interface EventSubscriber {
  /**
   * Delivers the events of {@code topic} to {@code handler} until the subscription is closed or
   * fails. Returns at once; connecting happens in the background. A group that has committed
   * nothing starts at the earliest event.
   *
   * @throws SerdeException if no serde accepts the topic
   * @throws IllegalArgumentException if the topic's event types clash
   * @throws IllegalStateException if this is closed
   */
  <T> Subscription subscribe(Topic<T> topic, SubscribeOptions options, EventHandler<T> handler);

  /** Subscribes with the default options for {@code group}. */
  default <T> Subscription subscribe(Topic<T> topic, String group, EventHandler<T> handler) {
    return subscribe(topic, SubscribeOptions.group(group), handler);
  }

  /**
   * Delivers the events of {@code topic} to a handler that finishes them later. Otherwise the same
   * as {@link #subscribe}.
   */
  default <T> Subscription subscribeAsync(
      Topic<T> topic, SubscribeOptions options, AsyncEventHandler<T> handler) {
    requireNonNull(handler, "handler");
    return subscribe(topic, options, new AwaitingHandler<>(handler, options.handlerTimeout()));
  }
}
