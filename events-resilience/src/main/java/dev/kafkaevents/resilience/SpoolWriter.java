package dev.kafkaevents.resilience;

import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts messages on the disk: those that came while the last were written, together. They wait in a
 * bounded queue for the one thread that appends to the log. The lock is held for the queue, and
 * while nothing is asked of the disk. Safe for use by many threads.
 */
final class SpoolWriter {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolWriter.class);

  /** Waits in memory for the disk, at most. */
  private static final long MAX_QUEUED = 16 << 20;

  /** Written and forced together, at most. */
  private static final long MAX_GROUP = 4 << 20;

  private final SpoolLog log;
  private final long maxBytes;
  private final Thread thread;
  private final SpoolNotifier notifier;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private final Condition written = lock.newCondition();

  // Guarded by the lock.
  private final Deque<Entry> queue = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /** In the queue, or being written. */
  private final AtomicLong messages = new AtomicLong();

  private record Entry(ByteBuffer frame, String what, CompletableFuture<?> told) {
    int size() {
      return frame.limit();
    }
  }

  /** With the bytes that the log may have. */
  SpoolWriter(SpoolLog log, long maxBytes, String name) {
    this.log = log;
    this.maxBytes = maxBytes;
    this.notifier = new SpoolNotifier("events-spool-notifier " + name);
    this.thread = new Thread(this::run, "events-spool-writer " + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  // For those that put something in.

  /**
   * Takes a frame. Does not wait until the disk has it.
   *
   * @param what it is, for people
   * @return fails with {@link Outcome#SPOOLED} when the disk has it, and otherwise if it has not
   */
  <R> CompletableFuture<R> take(ByteBuffer frame, String what) {
    CompletableFuture<R> told = new CompletableFuture<>();
    boolean isFirst;
    lock.lock();
    try {
      String refusal = refusal(frame.remaining());
      if (refusal != null) {
        return CompletableFuture.failedFuture(
            new PublishException(
                Outcome.NOT_STORED, FailureClass.BACK_PRESSURE, what + refusal, null));
      }
      isFirst = isEmpty();
      queue.add(new Entry(frame, what, told));
      messages.incrementAndGet();
      bytes += frame.remaining();
      taken.signal();
    } finally {
      lock.unlock();
    }
    if (isFirst) {
      LOG.atWarn()
          .addKeyValue("event", "spool_begins")
          .addKeyValue("spool", log)
          .log("spool {} keeps what the cluster does not take", log);
    }
    return told;
  }

  private @Nullable String refusal(long size) {
    if (closed) {
      return " is not stored: spool " + log + " is closed";
    }
    if (log.bytes() + bytes + size > maxBytes) {
      return " is not stored: spool %s is full, with %d messages in %d of %d bytes"
          .formatted(log, waiting(), log.bytes() + bytes, maxBytes);
    }
    if (bytes > 0 && bytes + size > MAX_QUEUED) {
      return " is not stored: %d bytes wait for the disk of spool %s".formatted(bytes, log);
    }
    return null;
  }

  // For anyone. A message is in the log before it is not here any more, so this is looked at first.

  /** How many were taken and are neither done nor refused: here or in the log. */
  long waiting() {
    return messages.get() + log.messages();
  }

  boolean isEmpty() {
    return messages.get() == 0 && log.isEmpty();
  }

  // For the thread that replays.

  /** Waits until there is something in the log; false if this is closed, and there is nothing. */
  boolean awaitWritten() {
    lock.lock();
    try {
      while (log.isEmpty() && !closed) {
        written.awaitUninterruptibly();
      }
      return !log.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  // The thread that writes.

  private void run() {
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = writeGroup();
      } catch (RuntimeException | Error e) {
        // There was no memory, or it could not be logged. Others wait, so it goes on.
      }
    }
  }

  private boolean writeGroup() {
    List<Entry> group = nextGroup();
    if (group.isEmpty()) {
      return false;
    }
    @Nullable Throwable failure = null;
    try {
      log.append(group.stream().map(Entry::frame).toList());
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    lock.lock();
    try {
      messages.addAndGet(-group.size());
      bytes -= group.stream().mapToLong(Entry::size).sum();
      written.signal();
    } finally {
      lock.unlock();
    }
    for (Entry entry : group) {
      tell(entry, failure);
    }
    if (failure != null) {
      LOG.atError()
          .addKeyValue("event", "spool_not_written")
          .addKeyValue("spool", log)
          .addKeyValue("messages", group.size())
          .setCause(failure)
          .log("{} messages could not be written to spool {}", group.size(), log);
    }
    return true;
  }

  /** Empty when it is closed, and all is written. */
  private List<Entry> nextGroup() {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        taken.awaitUninterruptibly();
      }
      List<Entry> group = new ArrayList<>(queue.size());
      long size = 0;
      while (!queue.isEmpty() && size < MAX_GROUP) {
        Entry next = queue.remove();
        size += next.size();
        group.add(next);
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  private void tell(Entry entry, @Nullable Throwable failure) {
    try {
      PublishException outcome = outcome(entry, failure);
      notifier.tell(() -> entry.told.completeExceptionally(outcome));
    } catch (RuntimeException | Error e) {
      entry.told.completeExceptionally(e);
    }
  }

  private PublishException outcome(Entry entry, @Nullable Throwable failure) {
    if (failure == null) {
      return new PublishException(
          Outcome.SPOOLED,
          entry.what + " is not stored yet: it is kept in spool " + log + ", and sent from there",
          null);
    }
    return failure.getSuppressed().length == 0
        ? new PublishException(
            Outcome.NOT_STORED,
            entry.what + " is not stored: it could not be written to spool " + log,
            failure)
        : new PublishException(
            Outcome.UNKNOWN,
            entry.what + " may or may not be kept in spool " + log + ", which can't be written",
            failure);
  }

  /** Writes what was taken, and takes nothing more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      taken.signal();
      written.signal();
    } finally {
      lock.unlock();
    }
    Threads.join(thread);
    notifier.close();
  }
}
