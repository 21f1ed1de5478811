package dev.kafkaevents;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How a publisher is. Made from memory: asking never waits, and each question is about the moment
 * it is asked at. Safe for use by many threads.
 */
public interface PublisherHealth {
  /** How many events and messages were published and have no outcome yet. */
  long unsent();

  /**
   * How many had an outcome, ever, whichever. As long as this stays the same while some are {@link
   * #unsent}, nothing gets through.
   */
  long outcomes();

  /**
   * How many connections to the cluster there are; -1 if that is not known. None is usual before
   * the first publish, and after minutes without one.
   */
  int connections();

  /** How much of the send buffer is free, from 0 to 1; 1 if that is not known. */
  double freeBuffer();

  /** Whether it was closed: it publishes nothing any more. */
  default boolean isClosed() {
    return false;
  }

  /** What its interceptors say of themselves. */
  default List<Condition> conditions() {
    return List.of();
  }

  /**
   * A metric that Kafka's producer has of itself as a whole, such as {@code producer-metrics} and
   * {@code request-latency-avg}; empty if there is none, or it has no value.
   */
  default OptionalDouble clientMetric(String group, String name) {
    return OptionalDouble.empty();
  }
}
