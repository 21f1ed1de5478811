package dev.kafkaevents.testkit.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** All steps that were done, and which of them were handed out one by one. Thread-safe. */
final class StepLog {
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final List<Step> steps = new ArrayList<>();
  private int handedOut;

  void add(Step step) {
    lock.lock();
    try {
      steps.add(step);
    } finally {
      lock.unlock();
    }
  }

  List<Step> all() {
    lock.lock();
    try {
      return List.copyOf(steps);
    } finally {
      lock.unlock();
    }
  }

  /** The next that was done and not handed out; null if there is none. */
  @Nullable Step next() {
    lock.lock();
    try {
      return handedOut < steps.size() ? steps.get(handedOut++) : null;
    } finally {
      lock.unlock();
    }
  }
}
