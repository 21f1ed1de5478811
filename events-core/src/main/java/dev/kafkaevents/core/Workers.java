package dev.kafkaevents.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work on lanes, as many at once as there are slots. A delivery that waits for its
 * retry gives its slot back, and takes one again before any new work when it goes on: there may be
 * more threads than slots, and never more deliveries at work.
 *
 * <p>Threads start when there is work for them and end when there has been none for a while. One
 * that takes a lane wakes the next if there are more, so that a few quick records do not wake them
 * all. All state is guarded by the lock.
 */
final class Workers {
  /** Delivers one record. Throws nothing. */
  @FunctionalInterface
  interface Deliverer {
    /** Delivers; false if nothing behind it in its lane may be delivered any more. */
    boolean deliver(Segment segment, int index);
  }

  /** How many records of a lane are delivered before other lanes have their turn. */
  private static final int BURST = 16;

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EventsRuntime runtime;
  private final String name;
  private final int slots;
  private final Deliverer deliverer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition slotFree = lock.newCondition();
  private final Condition quiet = lock.newCondition();
  private final Queue<Lane> ready = new ArrayDeque<>();
  private final Set<Thread> threads = new HashSet<>();
  private final Set<Condition> retries = new HashSet<>();

  /** Slots in use. */
  private int active;

  /** Threads that wait for work. */
  private int idle;

  /** Threads whose retry is due and that wait for a slot. */
  private int resuming;

  private int started;
  private boolean closed;

  Workers(EventsRuntime runtime, String name, int slots, Deliverer deliverer) {
    this.runtime = runtime;
    this.name = name;
    this.slots = slots;
    this.deliverer = deliverer;
  }

  /** Queues lanes that have records. */
  void add(Collection<Lane> lanes) {
    lock.lock();
    try {
      ready.addAll(lanes);
      wakeOne();
    } finally {
      lock.unlock();
    }
  }

  private void wakeOne() {
    if (ready.isEmpty() || active >= slots || resuming > 0 || closed) {
      return;
    }
    if (idle > 0) {
      work.signal();
    } else {
      Thread thread = runtime.laneThread(name + "-" + ++started, this::work);
      threads.add(thread);
      thread.start();
    }
  }

  private void work() {
    try {
      Lane lane = take();
      while (lane != null) {
        lane = giveBackAndTake(deliverSome(lane) ? lane : null);
      }
    } finally {
      lock.lock();
      try {
        threads.remove(Thread.currentThread());
      } finally {
        lock.unlock();
      }
    }
  }

  /** The next lane, with a slot to work on it; null if there was none for a while. */
  private @Nullable Lane take() {
    lock.lock();
    try {
      while (!closed) {
        if (active < slots && resuming == 0 && !ready.isEmpty()) {
          Lane lane = ready.remove();
          active++;
          wakeOne();
          return lane;
        }
        if (!awaitWork()) {
          return null;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Lane giveBackAndTake(@Nullable Lane unfinished) {
    lock.lock();
    try {
      if (unfinished != null) {
        ready.add(unfinished);
      }
      releaseSlot();
      return take();
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // take is the loop
  private boolean awaitWork() {
    idle++;
    try {
      return work.awaitNanos(IDLE_NANOS) > 0 || !ready.isEmpty();
    } catch (InterruptedException leftByAHandler) {
      return true;
    } finally {
      idle--;
    }
  }

  private void releaseSlot() {
    active--;
    if (resuming > 0) {
      slotFree.signal();
    } else {
      wakeOne();
    }
  }

  /** Delivers up to a burst; true if the lane has to be queued again. */
  private boolean deliverSome(Lane lane) {
    int budget = BURST;
    while (budget > 0) {
      Run run = lane.current();
      if (run == null) {
        return lane.keepsOnRelease();
      }
      AssignedPartition partition = run.segment().partition;
      partition.running.incrementAndGet();
      try {
        while (budget > 0 && !run.isExhausted()) {
          if (partition.closing) {
            run.exhaust();
          } else {
            Segment segment = run.segment();
            int index = run.index();
            run.advance();
            budget--;
            if (!deliverer.deliver(segment, index)) {
              return false; // The lane stays held, so that nothing in it is ever delivered.
            }
          }
        }
      } finally {
        leave(partition);
      }
    }
    return true;
  }

  private void leave(AssignedPartition partition) {
    if (partition.running.decrementAndGet() == 0 && partition.closing) {
      lock.lock();
      try {
        quiet.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits for {@code delay} without a slot. Called from within a delivery.
   *
   * @throws InterruptedException if the partition is let go meanwhile
   */
  void awaitRetry(Duration delay, AssignedPartition partition) throws InterruptedException {
    lock.lock();
    try {
      Condition signal = lock.newCondition();
      boolean[] due = {false};
      runtime.schedule(delay, () -> signal(signal, due));
      retries.add(signal);
      releaseSlot();
      try {
        while (!due[0] && !partition.closing) {
          signal.await();
        }
      } finally {
        retries.remove(signal);
        takeSlotAgain(partition);
      }
      if (partition.closing) {
        throw new InterruptedException(
            partition + " is let go, so the retry is left to whoever has it next");
      }
    } finally {
      lock.unlock();
    }
  }

  private void signal(Condition condition, boolean[] due) {
    lock.lock();
    try {
      due[0] = true;
      condition.signal();
    } finally {
      lock.unlock();
    }
  }

  private void takeSlotAgain(AssignedPartition partition) {
    resuming++;
    while (active >= slots && !partition.closing) {
      slotFree.awaitUninterruptibly();
    }
    resuming--;
    active++;
    if (resuming == 0) {
      wakeOne();
    }
  }

  /** Lets retries look whether their partition is closing. */
  void abortRetries() {
    lock.lock();
    try {
      retries.forEach(Condition::signal);
      slotFree.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until no delivery of {@code partitions}, all of them closing, is at work; false if it
   * takes longer.
   */
  boolean awaitQuiet(Collection<AssignedPartition> partitions, Duration timeout) {
    long nanos = timeout.toNanos();
    boolean interrupted = false;
    lock.lock();
    try {
      while (partitions.stream().anyMatch(partition -> partition.running.get() > 0)) {
        if (nanos <= 0) {
          return false;
        }
        try {
          nanos = quiet.awaitNanos(nanos);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  boolean isWorker(Thread thread) {
    lock.lock();
    try {
      return threads.contains(thread);
    } finally {
      lock.unlock();
    }
  }

  void interruptAll() {
    lock.lock();
    try {
      threads.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  /** Lets all threads end that are not in a delivery, and those when they are done. */
  void close() {
    lock.lock();
    try {
      closed = true;
      ready.clear();
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
