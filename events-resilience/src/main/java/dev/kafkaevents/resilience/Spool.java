package dev.kafkaevents.resilience;

import dev.kafkaevents.Condition;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishException.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
 * publish runs on a thread of the spool that nothing else waits for, in the order of publishing. It
 * may publish and wait for that, and others go on meanwhile. Other work that takes long belongs in
 * an {@code …Async} method.
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

  private final SpoolLog log;
  private final SpoolWriter writer;
  private final SpoolHold hold = new SpoolHold();
  private final InstantSource clock;
  private final String name;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable Object owner;
  private @Nullable SpoolReplay replay;

  private Spool(OwnerOnly directory, SpoolLog log, long maxBytes, InstantSource clock) {
    this.name = String.valueOf(directory.directory().getFileName());
    this.log = log;
    this.clock = clock;
    this.writer = new SpoolWriter(log, maxBytes, name);
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
    try {
      return open(new OwnerOnly(directory), maxBytes, clock);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  static Spool open(OwnerOnly directory, long maxBytes, InstantSource clock) {
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a spool of %d bytes is too small, must be at least %d".formatted(maxBytes, MIN_BYTES));
    }
    try {
      long segmentBytes = Math.min(16 << 20, maxBytes / 16);
      Spool spool = new Spool(directory, SpoolLog.open(directory, segmentBytes), maxBytes, clock);
      spool.writer.start();
      return spool;
    } catch (IOException e) {
      throw unusable(directory.directory(), e);
    }
  }

  private static EventsException unusable(Path directory, IOException why) {
    return new EventsException("spool directory " + directory + " can't be opened: " + why, why);
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
    long messages = writer.waiting();
    // What is on its way to the disk, and nothing before it, came just now.
    Instant oldest = log.messages() == 0 ? clock.instant() : Instant.ofEpochMilli(log.oldest());
    return new Condition.Spool(
        toString(), messages, log.bytes(), messages == 0 ? null : oldest, log.quarantined());
  }

  /**
   * Writes what it has taken, tells so, and stops sending. Waits for the disk, and for a callback
   * that takes long no longer than a second. What is left is sent by whoever opens the directory
   * next; how much that is, is logged.
   */
  @Override
  public void close() {
    @Nullable SpoolReplay sending;
    lock.lock();
    try {
      sending = replay;
    } finally {
      lock.unlock();
    }
    writer.close();
    if (sending != null) {
      sending.close();
    }
    try {
      log.close();
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("event", "spool_not_closed")
          .addKeyValue("spool", this)
          .log("the files of spool {} could not be closed: {}", this, e.toString());
    }
    if (writer.waiting() > 0) {
      LOG.atWarn()
          .addKeyValue("event", "spool_left")
          .addKeyValue("spool", this)
          .addKeyValue("messages", writer.waiting())
          .log(
              "spool {} is closed with {} messages that are not stored; they are sent when it is opened"
                  + " again",
              this,
              writer.waiting());
    }
  }

  /**
   * Whether anything is waiting, so that what is new has to go behind it. While the last of it is
   * about to be stored, waits for that a moment.
   */
  boolean holdsAny() {
    if (writer.isEmpty()) {
      return false;
    }
    hold.await();
    return !writer.isEmpty();
  }

  /**
   * Keeps {@code message}. Does not wait until the disk has it.
   *
   * @param what it is, for people: {@code event e-1 for topic orders}
   * @return fails with {@link Outcome#SPOOLED} when the disk has it, and otherwise if it has not
   */
  <R> CompletableFuture<R> take(Message message, String what) {
    long now = clock.millis();
    Message stamped =
        message.timestamp() == null ? message.withTimestamp(Instant.ofEpochMilli(now)) : message;
    return writer.take(SpoolFrame.encode(stamped, now), what);
  }

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
        replay = new SpoolReplay(log, writer, hold, outlet, name);
        replay.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The directory. */
  @Override
  public String toString() {
    return log.toString();
  }
}
