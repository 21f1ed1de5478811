package dev.kafkaevents.spi;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import java.time.Duration;
import java.util.Set;

/**
 * Is told what happens: for metrics, for tests that wait until all is settled, and for the checker
 * that judges a history. Silent unless overridden. Called by the thread on which it happens, often:
 * it must not block, and what it throws is logged and goes no further.
 */
public interface EventsProbe {
  /** An event is stored. */
  default void published(Topic<?> topic, String eventId, Position position) {}

  /** A publish failed. */
  default void publishFailed(Topic<?> topic, String eventId, PublishException failure) {}

  /** An attempt begins; the handler is next. */
  default void delivered(Delivery<?> delivery) {}

  /**
   * The attempt that was {@link #delivered} failed: the record could not be decoded, or the handler
   * threw. What follows is decided next; called on the thread of the handler, before that.
   */
  default void attemptFailed(Delivery<?> delivery, Throwable failure) {}

  /** A delivery ended; its offset may be committed. */
  default void settled(Delivery<?> delivery, Settlement settlement) {}

  /** A delivery failed with nothing installed that answers; the subscription stops. */
  default void failed(Delivery<?> delivery, Throwable failure) {}

  /** The next attempt is due after {@code delay}. */
  default void retryScheduled(Delivery<?> delivery, Duration delay) {}

  /** The broker has the committed offset: the next one to read. */
  default void committed(String group, String topic, int partition, long offset) {}

  /**
   * A commit failed. That is no failure of any delivery: the next commit is newer, and what is not
   * committed may be delivered again.
   */
  default void commitFailed(String group, String topic, int partition, Throwable failure) {}

  /**
   * A subscription begins; before anything else is told of it. It may be kept, and asked for its
   * {@link Subscription#health} at any time; its end is {@link Subscription#stopped}.
   */
  default void subscribed(String group, Topic<?> topic, Subscription subscription) {}

  /** The subscription has a partition. */
  default void assigned(String group, String topic, int partition) {}

  /** A partition is taken away in order: what was settled is committed. */
  default void revoked(String group, String topic, int partition) {}

  /** A partition is gone: another member may have it already, and nothing is committed. */
  default void lost(String group, String topic, int partition) {}

  /** A partition is read no further for {@code reasons}, or again if they are empty. */
  default void paused(String group, String topic, int partition, Set<PauseReason> reasons) {}

  /**
   * Handlers finished {@code records} records after their partition was given up: that counts for
   * nothing, and the next owner delivers them again.
   */
  default void settledLate(String group, String topic, int partition, int records) {}

  /**
   * The event at {@code offset} has been the first unsettled one for {@code since}, which is longer
   * than {@link dev.kafkaevents.SubscribeOptions#stallTimeout}, and the partition is paused neither
   * by the application nor for a dependency. Once for each such event.
   */
  default void stalled(String group, String topic, int partition, long offset, Duration since) {}
}
