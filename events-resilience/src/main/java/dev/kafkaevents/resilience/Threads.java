package dev.kafkaevents.resilience;

/** Waiting for threads to end. */
final class Threads {
  private Threads() {}

  /** An interrupt of the caller does not end it, and is not forgotten. */
  static void join(Thread thread) {
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
