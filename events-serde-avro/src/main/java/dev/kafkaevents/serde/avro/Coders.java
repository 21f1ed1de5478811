package dev.kafkaevents.serde.avro;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Coders that wait for work: a few, each in a place that the threads it falls to share. A
 * thread-local would keep one for every virtual thread. Thread-safe.
 */
final class Coders {
  private static final int PLACES = 32;

  /**
   * Places are some cache lines apart, since a processor fetches neighbours along, so that threads
   * do not disturb each other.
   */
  private static final int STRIDE = 64;

  private final AtomicReferenceArray<@Nullable Coder> places =
      new AtomicReferenceArray<>(PLACES * STRIDE);

  /** One that nobody else has. Given back with {@link #put}, unless it failed. */
  Coder take() {
    Coder coder = places.getAndSet(place(), null);
    return coder != null ? coder : new Coder();
  }

  void put(Coder coder) {
    if (!coder.isLarge()) {
      places.setRelease(place(), coder);
    }
  }

  private static int place() {
    long id = Thread.currentThread().getId();
    return (int) (id % PLACES) * STRIDE;
  }
}
