package dev.kafkaevents.core;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/** The machine's own time and threads. */
enum SystemRuntime implements EventsRuntime {
  INSTANCE;

  /** Tells this process from others; {@link ThreadLocalRandom} alone is seeded by the clock. */
  private final long salt = new SecureRandom().nextLong();

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  /** On the JDK's own timer thread, so that none of ours is left over. */
  @Override
  public void schedule(Duration delay, Runnable task) {
    CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
        .execute(task);
  }

  /**
   * A UUID of version 7 (RFC 9562): ordered by time, and an order of magnitude cheaper than a
   * secure random one.
   */
  @Override
  public String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long millis = System.currentTimeMillis();
    long high = millis << 16 | 0x7000 | random.nextInt(1 << 12);
    long low = (random.nextLong() ^ salt) >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  @Override
  public Thread pollThread(String name, Runnable task) {
    return LaneThreads.platform(name, task);
  }

  @Override
  public Thread laneThread(String name, Runnable task) {
    return LaneThreads.lightest(name, task);
  }

  @Override
  public Condition condition(Lock lock) {
    return lock.newCondition();
  }

  @Override
  public boolean await(CompletableFuture<?> signal, Duration atMost) throws InterruptedException {
    try {
      signal.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | CancellationException completedAllTheSame) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Override
  public void park(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  @Override
  public void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }
}
