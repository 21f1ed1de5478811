package dev.kafkaevents.testkit.memory;

import java.util.concurrent.ForkJoinPool.ManagedBlocker;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** What a player that blocks on something of its own does there, as far as can be seen. */
enum Elsewhere {
  BUSY,
  /** Will be done when its time has come, or only busy for itself. */
  ASLEEP,
  /** Waits for somebody else, or has just been told to go on. */
  WAITS_PERHAPS,
  WAITS;

  static Elsewhere of(Player player) {
    Object blocker = LockSupport.getBlocker(player);
    return switch (player.getState()) {
      case TIMED_WAITING -> blocker == null ? ASLEEP : isReleased(blocker) ? BUSY : ASLEEP;
      case WAITING, BLOCKED ->
          !(blocker instanceof ManagedBlocker) ? WAITS_PERHAPS : isReleased(blocker) ? BUSY : WAITS;
      default -> BUSY;
    };
  }

  /** Of somebody who waits for a future, whether that is complete. */
  private static boolean isReleased(Object blocker) {
    // It heeds interrupts of whoever asks.
    return blocker instanceof ManagedBlocker managed
        && !Thread.currentThread().isInterrupted()
        && managed.isReleasable();
  }

  /** Whether it will come back without help. */
  boolean isAwake() {
    return this == BUSY || this == ASLEEP;
  }

  /** Most locks are held for a moment, by somebody who runs. */
  static boolean isAtALock(Player player) {
    Object blocker = LockSupport.getBlocker(player);
    return player.getState() == Thread.State.BLOCKED
        || (blocker != null && blocker.getClass().getEnclosingClass() == ReentrantLock.class);
  }
}
