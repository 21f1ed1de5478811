package dev.kafkaevents.examples.batch;

import java.lang.management.ManagementFactory;

/** How much of the heap is in use, once the garbage is gone. Used by one thread. */
final class LiveHeap {
  private final long before = now();
  private long most = before;

  /** Looks now. */
  void look() {
    most = Math.max(most, now());
  }

  private static long now() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** By how many MiB it has grown since this was made, at the most. */
  long grownBy() {
    return (most - before) >> 20;
  }
}
