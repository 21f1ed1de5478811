package dev.kafkaevents.examples.workflow;

import dev.kafkaevents.Position;

/** What became of an event that was to be published. */
sealed interface Publication {
  /** Whether it is known to be on the topic. */
  default boolean isStored() {
    return this instanceof Stored;
  }

  /** It is on all in-sync replicas, at this place. */
  record Stored(Position at) implements Publication {}

  /**
   * It is not, as far as anybody knows.
   *
   * @param mayYetBeStored whether to publish it again may store it twice
   */
  record NotStored(boolean mayYetBeStored, String reason) implements Publication {}
}
