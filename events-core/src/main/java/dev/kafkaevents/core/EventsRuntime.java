package dev.kafkaevents.core;

import java.time.Duration;
import java.time.Instant;

/**
 * Time, threads and identities, so that a test can hold them still. Nothing else in this package
 * asks for them. Used by many threads at once.
 */
public interface EventsRuntime {
  /**
   * The machine's clock, and virtual threads for handlers where the JVM has them (21 and later).
   */
  static EventsRuntime system() {
    return SystemRuntime.INSTANCE;
  }

  /** The time of day. */
  Instant now();

  /** Nanoseconds since some moment, for measuring durations. */
  long nanoTime();

  /** Runs {@code task}, which is short and does not block, once after {@code delay}. */
  void schedule(Duration delay, Runnable task);

  /** A new id, distinct from all others anywhere. */
  String newId();

  /** A thread for a poll loop, not started. */
  Thread pollThread(String name, Runnable task);

  /** A thread for handlers, not started. */
  Thread laneThread(String name, Runnable task);
}
