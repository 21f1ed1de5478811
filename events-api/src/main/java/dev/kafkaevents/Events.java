package dev.kafkaevents;

import java.time.Duration;

/**
 * The front door: publishes and subscribes, on one cluster, with what was assembled. One for an
 * application is enough. Safe for use by many threads.
 */
public interface Events extends EventPublisher, EventSubscriber, AutoCloseable {
  /** The topics of the cluster. */
  Topics topics();

  /** How the publisher is. Does not wait for anything. */
  PublisherHealth publisherHealth();

  /**
   * Closes all subscriptions, then the publisher: handlers that run may still publish. Once closed,
   * again gives the same answer.
   *
   * @param timeout for all of it together
   */
  CloseReport close(Duration timeout);

  /**
   * Closes with the configured {@link EventsConfig#closeTimeout}, and logs a warning if events are
   * unsent.
   */
  @Override
  void close();

  /**
   * What did and did not drain.
   *
   * @param publishing events that were not yet acknowledged
   * @param deliveries records that were not yet settled
   */
  record CloseReport(Drain publishing, Drain deliveries) {
    /** Whether everything finished. */
    public boolean isComplete() {
      return publishing.isComplete() && deliveries.isComplete();
    }
  }
}
