package dev.kafkaevents.core;

import java.util.concurrent.TimeUnit;

/**
 * How quick lanes were of late, and so whether it pays to wake another worker, which costs more
 * than many a handler takes. All of it is a guess: any thread may write, and writes may be lost.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // guesses
final class Pace {
  /** What a wake-up is worth. */
  private static final long WAKE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** Longer than this is just long: one wait for a retry must not hide what came after it. */
  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long a lane took of late, on average; long, until that is known. */
  private volatile long laneNanos = LONG_NANOS;

  /** When a lane was last taken. */
  private volatile long lastTaken;

  /** A worker takes a lane. */
  void taken(long now) {
    lastTaken = now;
  }

  /** It is done with it. */
  void took(long nanos) {
    laneNanos += (Math.min(nanos, LONG_NANOS) - laneNanos) / 8;
  }

  /** Whether a lane takes no longer than a wake-up. */
  boolean isQuick() {
    return laneNanos <= WAKE_NANOS;
  }

  /** Whether {@code lanes} would keep each of {@code workers} busy for longer than a wake-up. */
  boolean isTooMuch(int lanes, int workers) {
    return lanes * laneNanos > workers * WAKE_NANOS;
  }

  /** Whether nobody took a lane for as long as a wake-up. */
  boolean isAtRest(long now) {
    return now - lastTaken > WAKE_NANOS;
  }
}
