package dev.kafkaevents.examples.monitored;

import dev.kafkaevents.PublisherHealth;

/** Says of a publisher whether anything gets through. Used by one thread. */
final class PublisherWatch {
  private final PublisherHealth health;
  private long outcomes;
  private boolean isStuck;

  PublisherWatch(PublisherHealth health) {
    this.health = health;
  }

  /**
   * Looks: if some are unsent and none had an outcome since the last look, nothing gets through.
   */
  void look() {
    long now = health.outcomes();
    isStuck = health.unsent() > 0 && now == outcomes;
    outcomes = now;
  }

  /** Whether nothing got through between the last two looks. */
  boolean isStuck() {
    return isStuck;
  }

  /** For people. */
  @Override
  public String toString() {
    return "%s, %d unsent, %d connections, %.0f %% of the buffer free"
        .formatted(
            isStuck ? "NOTHING GETS THROUGH" : "well",
            health.unsent(),
            health.connections(),
            100 * health.freeBuffer());
  }
}
