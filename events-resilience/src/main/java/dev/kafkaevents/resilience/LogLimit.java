package dev.kafkaevents.resilience;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.Level;

/**
 * For lines that there may be one of for each record: past ten a second they are for those who
 * debug. Thread-safe.
 */
final class LogLimit {
  private static final int LINES = 10;
  private static final int COUNT_BITS = 8;
  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

  /** The second, and how many lines there were in it. */
  private final AtomicLong state = new AtomicLong();

  Level levelOf(Level usual) {
    long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    long lines = state.updateAndGet(last -> oneMore(last, second)) & COUNT_MASK;
    return lines > LINES ? Level.DEBUG : usual;
  }

  private static long oneMore(long last, long second) {
    if (last >> COUNT_BITS != second) {
      return second << COUNT_BITS | 1;
    }
    return (last & COUNT_MASK) > LINES ? last : last + 1;
  }
}
