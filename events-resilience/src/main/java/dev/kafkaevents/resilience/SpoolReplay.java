package dev.kafkaevents.resilience;

import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is in a spool, in its order: some at once, then the next when all of these are stored.
 * Begins with one, and does so again after a failure, so that a cluster that is away has one
 * message to refuse and not a thousand. Confined to its thread.
 */
final class SpoolReplay {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolReplay.class);

  /** Sent at once, and so repeated at most after a crash. */
  static final int WINDOW = 1_000;

  private static final Duration SOON = Duration.ofMillis(50);

  private static final IntervalFunction BACK_OFF =
      IntervalFunction.ofExponentialRandomBackoff(
          Duration.ofMillis(100), 2, 0.5, Duration.ofSeconds(10));

  private final SpoolLog log;
  private final SpoolWriter writer;
  private final SpoolHold hold;
  private final SpoolOutlet outlet;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  // Confined to the thread.

  /** Since the last time that something was stored. */
  private int failures;

  private boolean isCautious = true;

  SpoolReplay(SpoolLog log, SpoolWriter writer, SpoolHold hold, SpoolOutlet outlet, String name) {
    this.log = log;
    this.writer = writer;
    this.hold = hold;
    this.outlet = outlet;
    this.thread = new Thread(this::run, "events-spool-replay " + name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits for no message that is on its way: whoever opens the spool next sends it again. */
  void close() {
    closing.countDown();
    Threads.join(thread);
  }

  private void run() {
    boolean goesOn = true;
    while (goesOn && !isClosed()) {
      try {
        goesOn = writer.awaitWritten();
        if (goesOn) {
          step();
        }
      } catch (IOException | RuntimeException | Error e) {
        failures++;
        complain(e);
        backOff();
      }
    }
  }

  private void complain(Throwable failure) {
    try {
      LOG.atError()
          .addKeyValue("event", "spool_failed")
          .addKeyValue("spool", log)
          .addKeyValue("error", failure.getClass().getName())
          .setCause(failure)
          .log("spool {} can't go on, and tries again", log);
    } catch (RuntimeException | Error e) {
      // What can't be logged is not the end of sending.
    }
  }

  private void step() throws IOException {
    int room = outlet.room();
    if (room == 0) {
      awaitClose(SOON);
      return;
    }
    List<SpoolFrame> frames = log.first(isCautious ? 1 : Math.min(room, WINDOW));
    if (frames.isEmpty()) {
      passed(); // All that was left is damaged.
      return;
    }
    if (!isCautious && writer.waiting() <= WINDOW) {
      hold.begin();
    }
    send(frames);
  }

  private void send(List<SpoolFrame> frames) throws IOException {
    List<CompletableFuture<Position>> sent = new ArrayList<>();
    Set<Object> keys = new HashSet<>();
    for (SpoolFrame frame : frames) {
      if (!outlet.keepsOrder() && !keys.add(key(frame.message()))) {
        break;
      }
      CompletableFuture<Position> next = outlet.send(frame.message());
      sent.add(next);
      if (next.isCompletedExceptionally()) {
        break; // It is not in the producer, and may not be overtaken.
      }
    }
    int done = 0;
    long at = 0;
    @Nullable Throwable failure = null;
    for (CompletableFuture<Position> one : sent) {
      @Nullable Throwable why = outcome(one);
      if (failure == null && why != null && isRefused(why)) {
        setAside(frames.get(done), at, why);
        why = null;
      }
      failure = failure == null ? why : failure;
      if (failure == null) {
        at += frames.get(done).size();
        done++;
      }
    }
    if (done > 0) {
      try {
        log.done(frames.subList(0, done));
      } finally {
        passed();
      }
    }
    if (failure == null) {
      outlet.stored();
      failures = 0;
      isCautious = false;
    } else {
      outlet.failed(failure);
      isCautious = true;
      failures = done > 0 ? 1 : failures + 1;
      if (!isClosed()) {
        LOG.atWarn()
            .addKeyValue("event", "spool_not_sent")
            .addKeyValue("spool", log)
            .addKeyValue("error", failure.getClass().getName())
            .log("spool {} is not sent yet: {}", log, failure.getMessage());
        backOff();
      }
    }
  }

  /** Some are done. */
  private void passed() {
    if (!writer.isEmpty()) {
      hold.goesOn();
      return;
    }
    hold.ends();
    LOG.atInfo()
        .addKeyValue("event", "spool_empty")
        .addKeyValue("spool", log)
        .log("spool {} is empty: all that it kept is sent", log);
  }

  /** Null if it is stored. Waits for that, or until the spool is closed. */
  private @Nullable Throwable outcome(CompletableFuture<Position> sent) {
    while (true) {
      boolean isLast = isClosed();
      try {
        sent.get(isLast ? 0 : SOON.toMillis(), TimeUnit.MILLISECONDS);
        return null;
      } catch (TimeoutException notYet) {
        if (isLast) {
          return notYet;
        }
      } catch (ExecutionException e) {
        Throwable failure = Failures.unwrapped(e);
        return Spool.isSpooled(failure) ? null : failure; // It is in the spool of the publisher.
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
    }
  }

  private void setAside(SpoolFrame frame, long at, Throwable why) throws IOException {
    LOG.atError()
        .addKeyValue("event", "spool_refused")
        .addKeyValue("spool", log)
        .addKeyValue("target", frame.message().topic())
        .log(
            "a message for topic {} in spool {} is refused for what it is, and is put into its"
                + " quarantine: {}",
            frame.message().topic(),
            log,
            why.getMessage());
    log.setAside(frame, at);
  }

  private static boolean isRefused(Throwable failure) {
    return failure instanceof PublishException e
        && e.outcome() == PublishException.Outcome.REJECTED;
  }

  private static Object key(Message message) {
    byte[] key = message.key();
    return key == null ? new Object() : List.of(message.topic(), ByteBuffer.wrap(key));
  }

  private void backOff() {
    awaitClose(Duration.ofMillis(BACK_OFF.apply(Math.max(1, failures))));
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  private void awaitClose(Duration atMost) {
    try {
      var unused = closing.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }
}
