package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.core.EventsRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Time that stands still until somebody moves it, for an in-memory Kafka and the events above it.
 * It moves in jumps, to when the next thing is due, and only when all threads that were made here
 * have nothing left to do at the present moment.
 *
 * <p>A thread has nothing to do when it waits in the broker for something that has not happened, or
 * waits elsewhere without a time limit, or is a worker between deliveries. What waits elsewhere
 * with a limit, as a handler that sleeps, is waited for. A thread that was just signalled may still
 * look as if it waited: so all must be quiet twice in a row, with a little real time in between.
 */
final class VirtualTime implements Timeline, EventsRuntime {
  /**
   * For so long after the last change time goes from poll to poll, since what was done is yet to be
   * committed. Later an idle poll is like the one before, and time goes on to what matters.
   */
  private static final long POLL_BY_POLL = TimeUnit.SECONDS.toNanos(3);

  private static final long BETWEEN_LOOKS = TimeUnit.MICROSECONDS.toNanos(60);

  /** How long facts that say otherwise outweigh threads that look quiet. */
  private static final long DOUBT = TimeUnit.MILLISECONDS.toNanos(100);

  private final long startMillis = System.currentTimeMillis();
  private final Activity activity;
  private final SplittableRandom random;

  /** Never held while anything else is called. */
  private final ReentrantLock lock = new ReentrantLock();

  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final Map<Thread, Boolean> threads = new HashMap<>();
  private final Map<Thread, Waiter> waiters = new HashMap<>();
  private long timersMade;

  /** When something other than time's passing has last changed. */
  private long changedAt;

  private long versionAtJump;
  private volatile long nanos;

  VirtualTime(long seed, Activity activity) {
    this.random = new SplittableRandom(seed);
    this.activity = activity;
  }

  private record Timer(long due, long number, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return due == other.due ? Long.compare(number, other.number) : Long.compare(due, other.due);
    }
  }

  /** Waits in the broker for a change since {@code seen}. */
  private record Waiter(long until, long matters, long seen) {}

  // As the broker sees it.

  @Override
  public long millis() {
    return startMillis + TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // callers loop
  public void await(Condition changed, long untilNanos, long mattersNanos, long seen)
      throws InterruptedException {
    Thread me = Thread.currentThread();
    if (untilNanos <= nanos) {
      return;
    }
    locked(() -> waiters.put(me, new Waiter(untilNanos, mattersNanos, seen)));
    try {
      if (isOurs(me)) {
        changed.await();
      } else {
        // Somebody from outside waits, perhaps the test: whoever drives looks again soon.
        long ignored = changed.awaitNanos(BETWEEN_LOOKS);
      }
    } finally {
      locked(() -> waiters.remove(me));
    }
  }

  @Override
  public boolean mustBeDriven() {
    return !isOurs(Thread.currentThread());
  }

  @Override
  public void advance(Duration time) {
    throw new IllegalStateException("virtual time is driven, not set");
  }

  @Override
  public long linger(long nanosToWait) {
    return 0;
  }

  @Override
  public Thread thread(String name, Runnable task) {
    return made(name, task, false);
  }

  // As the events see it.

  @Override
  public Instant now() {
    return Instant.ofEpochMilli(startMillis).plusNanos(nanos);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    locked(() -> timers.add(new Timer(nanos + delay.toNanos(), ++timersMade, task)));
  }

  @Override
  public String newId() {
    lock.lock();
    try {
      return new UUID(
              (millis() << 16) | 0x7000 | random.nextInt(1 << 12),
              (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L)
          .toString();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Thread pollThread(String name, Runnable task) {
    return made(name, task, false);
  }

  @Override
  public Thread laneThread(String name, Runnable task) {
    return made(name, task, true);
  }

  @Override
  public Condition condition(Lock of) {
    return of.newCondition();
  }

  @Override
  public boolean await(CompletableFuture<?> signal, Duration atMost) throws InterruptedException {
    return EventsRuntime.system().await(signal, atMost);
  }

  @Override
  public void park(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  @Override
  public void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }

  private Thread made(String name, Runnable task, boolean lane) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } finally {
                locked(() -> threads.remove(Thread.currentThread()));
              }
            },
            name);
    thread.setDaemon(true);
    locked(() -> threads.put(thread, lane));
    return thread;
  }

  private boolean isOurs(Thread thread) {
    lock.lock();
    try {
      return threads.containsKey(thread);
    } finally {
      lock.unlock();
    }
  }

  // As who drives sees it.

  /**
   * Waits until nobody has anything left to do at this moment; who is busy, if that takes longer.
   */
  List<String> awaitQuiet(Broker broker, Duration patience) {
    long start = System.nanoTime();
    int quiet = 0;
    while (true) {
      List<String> busy = busy(broker.version());
      long spent = System.nanoTime() - start;
      boolean doubt = spent < DOUBT && activity.isDoubtful();
      quiet = busy.isEmpty() && !doubt ? quiet + 1 : 0;
      if (quiet == 2 || (quiet == 1 && activity.isNone())) {
        if (spent >= DOUBT) {
          activity.nobodyCame();
        }
        return List.of();
      }
      if (spent > patience.toNanos()) {
        return busy;
      }
      LockSupport.parkNanos(this, BETWEEN_LOOKS);
    }
  }

  private List<String> busy(long version) {
    lock.lock();
    try {
      List<String> busy = new ArrayList<>();
      threads.forEach(
          (thread, lane) -> {
            Waiter waiter = waiters.get(thread);
            boolean quiet =
                waiter == null
                    ? isQuiet(thread, lane)
                    : waiter.seen == version && waiter.until > nanos;
            if (!quiet) {
              busy.add(thread.getName() + " (" + thread.getState() + ")");
            }
          });
      return busy;
    } finally {
      lock.unlock();
    }
  }

  /** Of a thread that does not wait in the broker. */
  private boolean isQuiet(Thread thread, boolean lane) {
    return switch (thread.getState()) {
      case TERMINATED -> true;
      case WAITING -> lane && !waitsForALock(thread);
      case TIMED_WAITING -> lane && !activity.isDelivering(thread);
      default -> false;
    };
  }

  private static boolean waitsForALock(Thread thread) {
    Object blocker = LockSupport.getBlocker(thread);
    return blocker != null
        && blocker.getClass().getName().startsWith(ReentrantLock.class.getName() + "$");
  }

  /**
   * Moves on to when the next thing is due, but not past {@code limit}, and does what is due then;
   * false if it is {@code limit} and nothing was due before.
   */
  boolean jump(Broker broker, long limit) {
    List<Timer> due = new ArrayList<>();
    boolean any;
    long version = broker.version();
    lock.lock();
    try {
      if (version != versionAtJump) {
        changedAt = nanos;
      }
      boolean pollByPoll = nanos - changedAt < POLL_BY_POLL;
      long next = timers.isEmpty() ? Long.MAX_VALUE : timers.element().due;
      for (Waiter waiter : waiters.values()) {
        next = Math.min(next, pollByPoll ? waiter.until : waiter.matters);
      }
      any = next <= limit;
      nanos = Math.max(nanos, Math.min(next, limit));
      while (!timers.isEmpty() && timers.element().due <= nanos) {
        due.add(timers.remove());
        changedAt = nanos;
      }
    } finally {
      lock.unlock();
    }
    activity.fires(due.size());
    due.forEach(timer -> timer.task.run());
    broker.signal();
    locked(() -> versionAtJump = version + 1);
    return any;
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }
}
