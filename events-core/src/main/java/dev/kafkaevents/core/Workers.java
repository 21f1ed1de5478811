package dev.kafkaevents.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work on lanes, as many at once as there are slots. A delivery that waits for its
 * retry gives its slot back, and takes one again before any new work when it goes on: there may be
 * more threads than slots, and never more deliveries at work.
 *
 * <p>A worker keeps its slot and takes lane after lane without a lock, until there are none. To
 * wake another costs more than many a handler, so that is done when it pays, by the {@link Pace} of
 * late: when what is ready would keep those at work busy for longer than a wake-up takes, or when
 * none of them has taken a lane for that long; and while lanes are quick one at a time, for it
 * wakes the next. What that rule misses {@link #nudge} finds.
 *
 * <p>{@link #ready} and {@link #backlog} are free for all. All else is written under the lock. A
 * worker that gives up its slot looks once more afterwards whether something is ready, and who puts
 * something in looks afterwards whether anybody has a slot: so one of them sees the other.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
final class Workers {
  /** What came of a delivery. */
  enum Outcome {
    SETTLED,
    /** Not settled, since its assignment is let go: whoever has it next delivers it. */
    LEFT,
    /** Not settled; nothing behind it in its lane may be delivered any more. */
    FAILED
  }

  /** Delivers records. Throws nothing. */
  @FunctionalInterface
  interface Deliverer {
    Outcome deliver(Segment segment, int index);

    /** Counts what was settled in {@code segment}: one or several records, soon after they were. */
    default void settled(Segment segment, long load) {
      segment.discharge(load);
    }
  }

  /** How many records of a lane are delivered before other lanes have their turn. */
  private static final int BURST = 16;

  private static final int LANE_IS_GONE = -1;

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final EventsRuntime runtime;
  private final String name;
  private final int slots;
  private final Deliverer deliverer;

  private final Queue<Lane> ready = new ConcurrentLinkedQueue<>();

  /** How many are ready: the queue itself would have to count. */
  private final AtomicInteger backlog = new AtomicInteger();

  private final Pace pace = new Pace();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work;
  private final Condition slotFree;
  private final Condition quiet;
  private final Set<Thread> threads = new HashSet<>();
  private final Set<Condition> retries = new HashSet<>();

  /** Slots in use. */
  private volatile int active;

  /** Threads whose retry is due and that wait for a slot. */
  private volatile int resuming;

  private volatile boolean closed;

  /** Whether the poll thread has to look which partitions are held. */
  private volatile boolean holdsChanged;

  /** Whether somebody was woken who has not looked for work yet. */
  private volatile boolean waking;

  /** Threads that wait for work. */
  private int idle;

  private int started;

  Workers(EventsRuntime runtime, String name, int slots, Deliverer deliverer) {
    this.runtime = runtime;
    this.name = name;
    this.slots = slots;
    this.deliverer = deliverer;
    this.work = runtime.condition(lock);
    this.slotFree = runtime.condition(lock);
    this.quiet = runtime.condition(lock);
  }

  /** Queues lanes that have records. */
  void add(Collection<Lane> lanes) {
    ready.addAll(lanes);
    backlog.addAndGet(lanes.size());
    if (active < slots && (anotherWouldPay() || isAtRest())) {
      wake();
    }
  }

  /** Puts another worker to work if something is ready and those at work do not get to it. */
  void nudge() {
    if (active < slots && !ready.isEmpty() && isAtRest()) {
      wake();
    }
  }

  private void wake() {
    if (!anotherIsComing()) {
      lock.lock();
      try {
        wakeOne();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether nothing is ready. */
  boolean isIdle() {
    return ready.isEmpty();
  }

  private boolean anotherWouldPay() {
    return pace.isTooMuch(backlog.get(), active);
  }

  private boolean anotherIsComing() {
    return waking && pace.isQuick();
  }

  private boolean isAtRest() {
    return active == 0 || pace.isAtRest(runtime.nanoTime());
  }

  private void wakeOne() {
    if (anotherIsComing() || ready.isEmpty() || active >= slots || resuming > 0 || closed) {
      return;
    }
    if (idle > 0) {
      work.signal();
    } else {
      Thread thread = runtime.laneThread(name + "-" + ++started, this::work);
      threads.add(thread);
      thread.start();
    }
    waking = true;
  }

  private void work() {
    try {
      while (awaitSlot()) {
        try {
          workOff();
        } finally {
          releaseSlot();
        }
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

  /** Waits for work and a slot to do it in; false if there was no work for a while. */
  private boolean awaitSlot() {
    lock.lock();
    try {
      long nanos = IDLE_NANOS;
      while (!closed) {
        waking = false;
        if (active < slots && resuming == 0 && !ready.isEmpty()) {
          active++;
          return true;
        }
        if (nanos <= 0) {
          return false;
        }
        idle++;
        try {
          nanos = work.awaitNanos(nanos);
        } catch (InterruptedException leftByAHandler) {
          // It is no affair of this thread, which goes on waiting.
        } finally {
          idle--;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes lane after lane until there are none, or somebody who waited for a retry needs a slot.
   */
  private void workOff() {
    long before = runtime.nanoTime();
    while (resuming == 0 && !closed) {
      Lane lane = ready.poll();
      if (lane == null) {
        return;
      }
      backlog.decrementAndGet();
      pace.taken(before);
      if (active < slots && anotherWouldPay()) {
        wake();
      }
      if (deliverSome(lane)) {
        ready.add(lane);
        backlog.incrementAndGet();
      }
      long now = runtime.nanoTime();
      pace.took(now - before);
      before = now;
    }
  }

  private void releaseSlot() {
    lock.lock();
    try {
      active--;
      if (resuming > 0) {
        slotFree.signal();
      }
    } finally {
      lock.unlock();
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
        budget = deliver(lane, run, partition, budget);
      } finally {
        leave(partition);
      }
    }
    return budget == 0;
  }

  /**
   * Delivers from one run; answers what is left of {@code budget}, or {@link #LANE_IS_GONE}. What
   * quick handlers settle is counted for all of them together.
   */
  private int deliver(Lane lane, Run run, AssignedPartition partition, int budget) {
    Segment segment = run.segment();
    boolean slow = !pace.isQuick();
    int left = budget;
    long load = 0;
    try {
      while (left > 0 && !run.isExhausted()) {
        AssignedPartition.Start start = partition.start;
        if (start == AssignedPartition.Start.NEVER) {
          run.exhaust();
        } else if (partition.isHeld()) {
          if (leaveToHolder(lane, partition)) {
            return LANE_IS_GONE;
          }
        } else {
          int index = run.index();
          run.advance();
          left--;
          Outcome outcome = deliverer.deliver(segment, index);
          if (outcome == Outcome.FAILED) {
            return LANE_IS_GONE; // It is never given back, so that nothing in it is delivered.
          }
          if (outcome == Outcome.SETTLED) {
            load += segment.settle(index);
          }
          if (slow && load != 0) {
            deliverer.settled(segment, load);
            load = 0;
          }
        }
      }
      return left;
    } finally {
      if (load != 0) {
        deliverer.settled(segment, load);
      }
    }
  }

  /** Leaves the lane with a partition that is held; false if it is not held any more. */
  private static boolean leaveToHolder(Lane lane, AssignedPartition partition) {
    partition.held.add(lane);
    return partition.isHeld() || !partition.held.remove(lane);
  }

  /** Queues the lanes that stopped at a record of {@code partition}, which is held no longer. */
  void release(AssignedPartition partition) {
    List<Lane> lanes = new ArrayList<>();
    for (Lane lane = partition.held.poll(); lane != null; lane = partition.held.poll()) {
      lanes.add(lane);
    }
    if (!lanes.isEmpty()) {
      add(lanes);
    }
  }

  /** Lets no delivery of {@code partition} begin until {@link #letGoOn} was called as often. */
  void hold(AssignedPartition partition) {
    partition.holders.incrementAndGet();
    holdsChanged = true;
  }

  void letGoOn(AssignedPartition partition) {
    if (partition.holders.decrementAndGet() == 0) {
      holdsChanged = true;
      release(partition);
    }
  }

  /** Whether a partition may be held, or not, that was not, or was, when this was last asked. */
  boolean haveHoldsChanged() {
    if (!holdsChanged) {
      return false;
    }
    holdsChanged = false; // Before the holders are looked at, so that no change is missed.
    return true;
  }

  private void leave(AssignedPartition partition) {
    if (partition.running.decrementAndGet() == 0 && partition.isClosing()) {
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
    await(null, delay, partition);
  }

  /**
   * Waits without a slot until {@code ready} has completed, but for {@code atMost}. Called from
   * within a delivery.
   *
   * @throws InterruptedException if the partition is let go meanwhile
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it is only a signal
  void await(@Nullable CompletionStage<?> ready, Duration atMost, AssignedPartition partition)
      throws InterruptedException {
    lock.lock();
    try {
      Condition signal = runtime.condition(lock);
      boolean[] due = {false};
      runtime.schedule(atMost, () -> signal(signal, due));
      if (ready != null) {
        ready.whenComplete((result, failure) -> signal(signal, due));
      }
      retries.add(signal);
      releaseSlot();
      wakeOne();
      try {
        while (!due[0] && !partition.isClosing()) {
          signal.await();
        }
      } finally {
        retries.remove(signal);
        takeSlotAgain(partition);
      }
      if (partition.isClosing()) {
        throw new InterruptedException(
            partition + " is let go, so the record is left to whoever has it next");
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
    while (active >= slots && !partition.isClosing()) {
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
