package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Sees that one thread at a time is in a consumer, and that it heeds wake-ups and interrupts. */
final class ConsumerThread {
  private final Broker broker;
  private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();
  private final AtomicBoolean wakeUp = new AtomicBoolean();
  private int depth;
  private volatile boolean closed;
  private volatile boolean crashed;

  ConsumerThread(Broker broker) {
    this.broker = broker;
  }

  <T> T alone(Supplier<T> call) {
    enter();
    try {
      requireOpen();
      return call.get();
    } finally {
      exit();
    }
  }

  void alone(Runnable call) {
    enter();
    try {
      requireOpen();
      call.run();
    } finally {
      exit();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This consumer has already been closed.");
    }
    if (crashed) {
      throw new CrashedException();
    }
  }

  private void enter() {
    Thread me = Thread.currentThread();
    if (inside.get() != me && !inside.compareAndSet(null, me)) {
      throw new ConcurrentModificationException(
          "KafkaConsumer is not safe for multi-threaded access. currentThread(name: "
              + me.getName()
              + ") other thread is in it");
    }
    depth++;
  }

  private void exit() {
    if (--depth == 0) {
      inside.set(null);
    }
  }

  /** Closes once; what is inside is not woken any more. */
  void close(Runnable call) {
    enter();
    try {
      if (!closed) {
        wakeUp.set(false);
        try {
          if (!crashed) {
            call.run();
          }
        } finally {
          closed = true;
        }
      }
    } finally {
      exit();
    }
  }

  void wakeUp() {
    wakeUp.set(true);
    broker.signal();
  }

  void crash() {
    crashed = true;
    broker.signal();
  }

  /** When a time-out that begins now ends. */
  long until(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("Timeout must not be negative");
    }
    long now = broker.atomically(broker.time::nanos);
    return timeout.compareTo(Duration.ofDays(10_000)) > 0
        ? Long.MAX_VALUE
        : now + timeout.toNanos();
  }

  /** Throws if somebody has woken or interrupted this thread, or ended it. */
  void heedRequests() {
    requireOpen();
    if (wakeUp.compareAndSet(true, false)) {
      throw new WakeupException();
    }
    if (Thread.interrupted()) {
      throw new InterruptException(new InterruptedException());
    }
  }

  void await(long seen, long until) {
    await(seen, until, until);
  }

  void await(long seen, long until, long matters) {
    try {
      broker.await(seen, until, matters);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    requireOpen();
  }

  /** Waits until something is {@code so}. */
  void awaitUntil(long until, BooleanSupplier so, String what) {
    while (true) {
      long seen = broker.version();
      if (so.getAsBoolean()) {
        return;
      }
      heedRequests();
      if (broker.atomically(broker.time::nanos) >= until) {
        throw new TimeoutException("Timeout expired before " + what + " could be determined");
      }
      await(seen, until);
    }
  }

  /** Ends the loop of a member that has crashed; nothing can be done with its consumer. */
  static final class CrashedException extends RuntimeException {
    CrashedException() {
      super("this member was crashed by the test");
    }
  }
}
