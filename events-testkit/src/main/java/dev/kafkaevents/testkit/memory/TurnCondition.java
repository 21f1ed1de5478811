package dev.kafkaevents.testkit.memory;

import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** A condition to wait on in virtual time: who waits gives its turn away. */
final class TurnCondition implements Condition {
  private final VirtualTime time;
  private final Lock lock;

  /** Guarded by the lock. */
  private final Deque<Signal> waiting = new ArrayDeque<>();

  TurnCondition(VirtualTime time, Lock lock) {
    this.time = time;
    this.lock = lock;
  }

  private static final class Signal {
    volatile boolean given;
  }

  @Override
  public void await() throws InterruptedException {
    giveWay(Long.MAX_VALUE, true);
  }

  @Override
  public void awaitUninterruptibly() {
    try {
      giveWay(Long.MAX_VALUE, false);
    } catch (InterruptedException e) {
      throw new AssertionError("an interrupt is not heeded here", e);
    }
  }

  @Override
  public long awaitNanos(long nanos) throws InterruptedException {
    long until = Timers.sum(time.nanos(), nanos);
    giveWay(until, true);
    return until - time.nanos();
  }

  @Override
  public boolean await(long amount, TimeUnit unit) throws InterruptedException {
    return giveWay(Timers.sum(time.nanos(), unit.toNanos(amount)), true);
  }

  @Override
  public boolean awaitUntil(Date deadline) {
    throw new UnsupportedOperationException("a date is of the machine's time");
  }

  private boolean giveWay(long until, boolean heedsInterrupt) throws InterruptedException {
    Signal signal = new Signal();
    waiting.add(signal);
    lock.unlock();
    try {
      time.await(() -> signal.given, until, heedsInterrupt);
    } finally {
      lock.lock();
      waiting.remove(signal);
    }
    return signal.given;
  }

  @Override
  public void signal() {
    Signal first = waiting.poll();
    if (first != null) {
      first.given = true;
      time.changed();
    }
  }

  @Override
  public void signalAll() {
    while (!waiting.isEmpty()) {
      signal();
    }
  }
}
