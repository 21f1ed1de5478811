package dev.kafkaevents;

import org.jspecify.annotations.Nullable;

/**
 * One attempt at handling one record.
 *
 * <p>Used by one thread at a time: the one the handler runs on.
 */
public interface Delivery<T> {
  /** The topic it was read from, as the application declared it. */
  Topic<T> topic();

  /** The group of the subscription. */
  String group();

  /** Where the record is. */
  Position position();

  /**
   * Which attempt this is, from 1. Counts in place: an interceptor outside of the retries sees,
   * after a failure, how many there were.
   */
  int attempt();

  /** The record as it is stored. */
  Message message();

  /**
   * The key as UTF-8 text; null if the record has none. Known without decoding the payload, and for
   * a tombstone too.
   */
  @Nullable String key();

  /** Whether the record has no value: on a compacted topic, the end of its key. */
  boolean isTombstone();

  /**
   * The event, decoded on the first call.
   *
   * @throws SerdeException if the bytes can't be read as an event of this topic, or there are none
   */
  Event<T> event();

  /**
   * The payload of the event.
   *
   * @throws SerdeException as {@link #event} does
   */
  default T payload() {
    return event().payload();
  }
}
