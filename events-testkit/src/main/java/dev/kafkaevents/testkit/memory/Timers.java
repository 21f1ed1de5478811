package dev.kafkaevents.testkit.memory;

import java.util.PriorityQueue;

/** What is to be done at which time, in that order. Guarded by the lock of the time. */
final class Timers {
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long made;

  /** When the first is due. Anybody may look. */
  private volatile long due = Long.MAX_VALUE;

  private record Timer(long due, long number, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return due == other.due ? Long.compare(number, other.number) : Long.compare(due, other.due);
    }
  }

  /** For ever, if it is more than there are nanoseconds. */
  static long sum(long nanos, long more) {
    return more > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + more;
  }

  void add(long dueAt, Runnable task) {
    timers.add(new Timer(dueAt, ++made, task));
    due = timers.element().due;
  }

  /** Takes the first out. */
  Runnable next() {
    Timer next = timers.remove();
    due = timers.isEmpty() ? Long.MAX_VALUE : timers.element().due;
    return next.task;
  }

  long due() {
    return due;
  }
}
