package dev.kafkaevents.resilience;

import dev.kafkaevents.Condition;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps on a disk of this machine what the cluster does not take, and sends it when the cluster is
 * back: in the order in which it came, and before anything new.
 *
 * <pre>{@code
 * try (Spool spool = Spool.open(Path.of("/var/lib/shop/spool"), 1L << 30);
 *     Events events =
 *         KafkaEvents.builder(config)
 *             .serde(JsonSerde.factory())
 *             .onPublish(PublishBreaker.named("orders").spoolingTo(spool))
 *             .build()) {
 *   events.publish(ORDERS, order);
 * }
 * }</pre>
 *
 * <p>A publish that is kept fails with {@link Outcome#SPOOLED}, since it is not stored, and only
 * when the disk has it: written and forced, together with whatever else came meanwhile. From then
 * on it survives the end of the process, by {@code kill -9} too, and of the machine as far as the
 * disk keeps what it says that it has. Events come in their encoded form, so bytes, headers and
 * time are as they were, and no interceptor sees them twice. What hangs on the future of such a
 * publish runs on the thread that writes: it must not block, nor wait for another publish, and what
 * publishes belongs in an {@code …Async} method.
 *
 * <p>What is left when the process ends is sent by the next that opens the directory. How far that
 * has come is written down after each thousand messages; a process that dies, or is closed, in the
 * middle has that many sent again at most. They are repeated before anything newer is sent. More
 * are repeated if the machine dies, and with it the last that was written down.
 *
 * <p>As long as there is anything in it, what is new goes through it as well. When it is nearly
 * empty, callers of publish are held for the moment that the rest needs: for 20 ms at most, and
 * longer, up to 1 s, if that did not suffice. What no topic takes for what it is, and what is
 * damaged on the disk, is put into {@code quarantine} in the directory, with an error in the log;
 * the rest goes on. Any other failure is tried again, and what is behind it waits.
 *
 * <p>The files hold payloads, as they are. They are readable by their owner alone, and deleted when
 * what is in them is stored. The directory is to be on a local disk, and for one spool at a time.
 * One spool is for one publisher, or for the dead letters of one {@link DeadLetter}. It is the
 * caller's to close, after the events. Safe for use by many threads.
 */
public final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

  private static final long MIN_BYTES = 1 << 20;

  /** Waits in memory for the disk, at most. */
  private static final long MAX_QUEUED = 16 << 20;

  /** Written and forced together, at most. */
  private static final long MAX_GROUP = 4 << 20;

  private static final Duration SHORTEST_HOLD = Duration.ofMillis(20);
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

  private final Path directory;
  private final long maxBytes;
  private final SpoolLog log;
  private final InstantSource clock;
  private final Thread writer;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Taken, and neither stored nor refused: on the disk, or on the way there. */
  private final AtomicLong waiting = new AtomicLong();

  private volatile long oldest;

  private final ReentrantLock lock = new ReentrantLock();
  private final java.util.concurrent.locks.Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Deque<Entry> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long groups;
  private @Nullable Object owner;
  private @Nullable Thread replay;

  // Written by the thread that replays.
  private volatile @Nullable CompletableFuture<Void> hold;
  private Duration holdFor = SHORTEST_HOLD;
  private long nextHold = System.nanoTime();

  private record Entry(ByteBuffer frame, String what, CompletableFuture<?> told) {}

  private Spool(Path directory, long maxBytes, SpoolLog log, InstantSource clock) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.log = log;
    this.clock = clock;
    this.waiting.set(log.messages());
    this.oldest = log.oldest();
    this.writer = thread("events-spool-writer", this::write);
    writer.start();
  }

  /**
   * Opens the spool in {@code directory}, which is made if it is not there, and reads what is left
   * in it.
   *
   * @param maxBytes what the files may have together, 1 MiB at least. What does not fit is not
   *     taken: it fails with {@link Outcome#NOT_STORED} and {@link FailureClass#BACK_PRESSURE}
   * @throws EventsException if another application has the directory, or it can't be read or
   *     written
   */
  public static Spool open(Path directory, long maxBytes) {
    return open(directory, maxBytes, InstantSource.system());
  }

  static Spool open(Path directory, long maxBytes, InstantSource clock) {
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a spool of %d bytes is too small, must be at least %d".formatted(maxBytes, MIN_BYTES));
    }
    try {
      long segmentBytes = Math.min(16 << 20, maxBytes / 16);
      return new Spool(directory, maxBytes, SpoolLog.open(directory, segmentBytes), clock);
    } catch (IOException e) {
      throw new EventsException("spool directory " + directory + " can't be opened: " + e, e);
    }
  }

  /**
   * For callers to whom it is enough that an event is stored or spooled: done when it is either,
   * and failed as {@code publish} otherwise.
   */
  public static CompletableFuture<Void> storedOrSpooled(CompletableFuture<?> publish) {
    return publish.handle(
        (stored, failure) -> {
          if (failure == null || isSpooled(Failures.unwrapped(failure))) {
            return null;
          }
          throw failure instanceof CompletionException e ? e : new CompletionException(failure);
        });
  }

  static boolean isSpooled(@Nullable Throwable failure) {
    return failure instanceof PublishException e && e.outcome() == Outcome.SPOOLED;
  }

  /** Where a message is that waits in a spool: nothing but the topic is known. */
  static Position at(Message message) {
    return new Position(message.topic(), -1, -1);
  }

  /**
   * What is in it now. From memory: asking never waits. After {@link #close} it is what is left.
   */
  public Condition.Spool contents() {
    long messages = waiting.get();
    return new Condition.Spool(
        messages,
        log.bytes(),
        messages == 0 ? null : Instant.ofEpochMilli(oldest),
        log.quarantined());
  }

  /**
   * Writes what it has taken, and stops sending. What is left is sent by whoever opens the
   * directory next; how much that is, is logged.
   */
  @Override
  public void close() {
    closing.countDown();
    @Nullable Thread sending;
    lock.lock();
    try {
      changed.signalAll();
      sending = replay;
    } finally {
      lock.unlock();
    }
    join(writer);
    if (sending != null) {
      join(sending);
    }
    try {
      log.close();
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("event", "spool_not_closed")
          .addKeyValue("spool", this)
          .log("the files of spool {} could not be closed: {}", this, e.toString());
    }
    if (waiting.get() > 0) {
      LOG.atWarn()
          .addKeyValue("event", "spool_left")
          .addKeyValue("spool", this)
          .addKeyValue("messages", waiting.get())
          .log(
              "spool {} is closed with {} messages that are not stored; they are sent when it is opened"
                  + " again",
              this,
              waiting);
    }
  }

  private static void join(Thread thread) {
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

  // For those that put something in.

  /**
   * Whether anything is waiting, so that what is new has to go behind it. While the last of it is
   * about to be stored, waits for that a moment.
   */
  boolean holdsAny() {
    if (waiting.get() == 0) {
      return false;
    }
    CompletableFuture<Void> moment = hold;
    if (moment != null) {
      moment.join();
    }
    return waiting.get() != 0;
  }

  /**
   * Keeps {@code message}. Does not wait until the disk has it.
   *
   * @param what it is, for people: {@code event e-1 for topic orders}
   * @return fails with {@link Outcome#SPOOLED} when the disk has it, and otherwise if it has not
   */
  <R> CompletableFuture<R> take(Message message, String what) {
    long now = clock.millis();
    ByteBuffer frame =
        SpoolFrame.encode(
            message.timestamp() == null
                ? message.withTimestamp(Instant.ofEpochMilli(now))
                : message,
            now);
    CompletableFuture<R> told = new CompletableFuture<>();
    lock.lock();
    try {
      String refusal = refusal(frame.remaining());
      if (refusal != null) {
        return CompletableFuture.failedFuture(
            new PublishException(
                Outcome.NOT_STORED, FailureClass.BACK_PRESSURE, what + refusal, null));
      }
      queue.add(new Entry(frame, what, told));
      queuedBytes += frame.remaining();
      if (waiting.getAndIncrement() == 0) {
        oldest = now;
        LOG.atWarn()
            .addKeyValue("event", "spool_begins")
            .addKeyValue("spool", this)
            .log("spool {} keeps what the cluster does not take", this);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return told;
  }

  private @Nullable String refusal(long size) {
    if (isClosed()) {
      return " is not stored: spool " + this + " is closed";
    }
    if (log.bytes() + queuedBytes + size > maxBytes) {
      return " is not stored: spool %s is full, with %d messages in %d of %d bytes"
          .formatted(this, waiting.get(), log.bytes() + queuedBytes, maxBytes);
    }
    if (queuedBytes > 0 && queuedBytes + size > MAX_QUEUED) {
      return " is not stored: %d bytes wait for the disk of spool %s".formatted(queuedBytes, this);
    }
    return null;
  }

  // The thread that writes.

  private void write() {
    for (List<Entry> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
      long size = group.stream().mapToLong(entry -> entry.frame.limit()).sum();
      @Nullable Throwable failure = null;
      try {
        log.append(group.stream().map(Entry::frame).toList());
      } catch (IOException | RuntimeException | Error e) {
        LOG.atError()
            .addKeyValue("event", "spool_not_written")
            .addKeyValue("spool", this)
            .addKeyValue("messages", group.size())
            .setCause(e)
            .log("{} messages could not be written to spool {}", group.size(), this);
        failure = e;
      }
      lock.lock();
      try {
        queuedBytes -= size;
        groups++;
        if (failure != null) {
          waiting.addAndGet(-group.size());
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      for (Entry entry : group) {
        entry.told.completeExceptionally(outcome(entry, failure));
      }
    }
  }

  /** Empty when it is closed, and all is written. */
  private List<Entry> nextGroup() {
    List<Entry> group = new ArrayList<>();
    lock.lock();
    try {
      while (queue.isEmpty() && !isClosed()) {
        changed.awaitUninterruptibly();
      }
      long size = 0;
      while (!queue.isEmpty() && size < MAX_GROUP) {
        Entry next = queue.remove();
        size += next.frame.limit();
        group.add(next);
      }
    } finally {
      lock.unlock();
    }
    return group;
  }

  private PublishException outcome(Entry entry, @Nullable Throwable failure) {
    if (failure == null) {
      return new PublishException(
          Outcome.SPOOLED,
          entry.what + " is not stored yet: it is kept in spool " + this + ", and sent from there",
          null);
    }
    return failure.getSuppressed().length == 0
        ? new PublishException(
            Outcome.NOT_STORED,
            entry.what + " is not stored: it could not be written to spool " + this,
            failure)
        : new PublishException(
            Outcome.UNKNOWN,
            entry.what + " may or may not be kept in spool " + this + ", which can't be written",
            failure);
  }

  // For the thread that replays.

  /**
   * Begins to send what is there, and what comes. Again for the same owner, it does nothing.
   *
   * @throws EventsException if it is of another owner
   */
  void replayTo(SpoolOutlet outlet, Object owner) {
    lock.lock();
    try {
      if (this.owner != null && this.owner != owner) {
        throw new EventsException(
            "spool "
                + this
                + " is in use by another publisher, or for dead letters; open another one, in a"
                + " directory of its own");
      }
      if (this.owner == null) {
        this.owner = owner;
        Thread made = thread("events-spool-replay", new SpoolReplay(this, log, outlet)::run);
        replay = made;
        made.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name + " " + directory.getFileName());
    thread.setDaemon(true);
    return thread;
  }

  boolean isClosed() {
    return closing.getCount() == 0;
  }

  /** Waits until there is something, or it is closed; whether there is something. */
  boolean awaitMessages() {
    lock.lock();
    try {
      while (waiting.get() == 0 && !isClosed()) {
        changed.awaitUninterruptibly();
      }
      return !isClosed();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for what is on its way to the disk, if there is nothing there. */
  void awaitWritten() {
    lock.lock();
    try {
      long before = groups;
      while (queuedBytes > 0 && groups == before) {
        changed.awaitUninterruptibly();
      }
      if (queuedBytes == 0 && log.isEmpty()) {
        waiting.set(0); // What was counted was damaged since.
        empty();
      }
    } finally {
      lock.unlock();
    }
  }

  void awaitClose(Duration atMost) {
    try {
      var unused = closing.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  void oldestIs(long millis) {
    oldest = millis;
  }

  /** Or else a steady stream of new events would always find some before it. */
  void holdCallersIfNearlyEmpty() {
    long now = System.nanoTime();
    if (hold == null && waiting.get() <= SpoolReplay.WINDOW && now - nextHold >= 0) {
      hold =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, holdFor.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** So many of the first are stored, or set aside, and a restart knows it. */
  void stored(int messages) {
    CompletableFuture<Void> moment = hold;
    if (waiting.addAndGet(-messages) == 0) {
      empty();
    } else if (moment != null && moment.isDone()) {
      hold = null;
      holdFor = holdFor.multipliedBy(2);
      holdFor = holdFor.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : holdFor;
      nextHold = System.nanoTime() + 10 * holdFor.toNanos();
    }
  }

  private void empty() {
    LOG.atInfo()
        .addKeyValue("event", "spool_empty")
        .addKeyValue("spool", this)
        .log("spool {} is empty: all that it kept is sent", this);
    CompletableFuture<Void> moment = hold;
    hold = null;
    holdFor = SHORTEST_HOLD;
    nextHold = System.nanoTime();
    if (moment != null) {
      moment.complete(null);
    }
  }

  /** The directory. */
  @Override
  public String toString() {
    return directory.toString();
  }
}
