package dev.kafkaevents.spi;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.Topics;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * A subscription that is about to begin, for interceptors that look beforehand whether they can do
 * their work in it. What it gives may be kept for as long as the subscription runs.
 */
public interface Beginning {
  /** What it will read. */
  Topic<?> topic();

  /** How it will run. */
  SubscribeOptions options();

  /** What will be published on behalf of its deliveries goes this way. */
  EventPublisher publisher();

  /** The topics of the cluster it will read from. */
  Topics topics();

  /** The time of day, by which its waits go too; a test may hold it still. */
  InstantSource clock();

  /** Nanoseconds since some moment, by which its waits go too; a test may hold them still. */
  LongSupplier nanoTime();
}
