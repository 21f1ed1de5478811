package dev.kafkaevents.examples.quickstart;

import dev.kafkaevents.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Checks the order in which the handler gets the events of each key: their numbers, given when they
 * were published, must rise, and the one before must be settled. An attempt may be repeated; so may
 * what was settled before, as after a lost partition, from where it starts again. Safe for use by
 * many threads.
 */
final class KeyOrder {
  private static final int EXAMPLES = 5;

  private final Predicate<Position> isSettled;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as all below. */
  private final Map<String, Last> lasts = new HashMap<>();

  private long checked;
  private long broken;
  private final List<Position> examples = new ArrayList<>();

  KeyOrder(Predicate<Position> isSettled) {
    this.isSettled = isSettled;
  }

  private record Last(long number, Position position) {}

  /**
   * What was found.
   *
   * @param checked attempts that the handler was called for
   * @param broken attempts that were out of order
   * @param examples where some of those are
   */
  record Finding(int keys, long checked, long broken, List<Position> examples) {}

  /** The handler is about to get the event at {@code position}. */
  void starts(String key, long number, Position position) {
    lock.lock();
    try {
      checked++;
      Last last = lasts.put(key, new Last(number, position));
      if (last != null && !mayFollow(last, number, position)) {
        broken++;
        if (examples.size() < EXAMPLES) {
          examples.add(position);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean mayFollow(Last last, long number, Position position) {
    if (number == last.number()) {
      return position.equals(last.position());
    }
    return isSettled.test(number > last.number() ? last.position() : position);
  }

  Finding finding() {
    lock.lock();
    try {
      return new Finding(lasts.size(), checked, broken, List.copyOf(examples));
    } finally {
      lock.unlock();
    }
  }
}
