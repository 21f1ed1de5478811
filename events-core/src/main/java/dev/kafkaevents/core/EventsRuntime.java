package dev.kafkaevents.core;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Time, threads, waiting and identities, so that a test can hold them still. Nothing else in this
 * package asks for them. Used by many threads at once.
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

  /** A condition of {@code lock}, to be used as one that the lock made. */
  Condition condition(Lock lock);

  /**
   * Waits until {@code signal} is complete, whatever it completed with, but for {@code atMost};
   * whether it is complete.
   */
  boolean await(CompletableFuture<?> signal, Duration atMost) throws InterruptedException;

  /**
   * Waits until {@link #unpark} or an interrupt, but for {@code atMost}, and at times for less. The
   * interrupt stays set.
   */
  void park(Duration atMost);

  /** Lets {@code thread} go on that is in {@link #park}, or that calls it next. */
  void unpark(Thread thread);
}
