package dev.kafkaevents.benchmarks;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A way to publish samples as events: acks=all, idempotent, linger 5 ms. */
interface PublishingContender {
  int LINGER_MS = 5;

  /**
   * Connects.
   *
   * @param outcome is told of each sample, with null if it is stored; on any thread
   */
  Publishing open(String bootstrapServers, String topic, Consumer<@Nullable Throwable> outcome);

  /** Used by one thread. */
  interface Publishing extends AutoCloseable {
    void publish(Sample sample);

    /** Waits until all have their outcome. */
    void flush();

    @Override
    void close();
  }
}
