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

  private final Spool spool;
  private final SpoolLog log;
  private final SpoolOutlet outlet;

  /** Since the last time that something was stored. */
  private int failures;

  private boolean isCautious = true;

  SpoolReplay(Spool spool, SpoolLog log, SpoolOutlet outlet) {
    this.spool = spool;
    this.log = log;
    this.outlet = outlet;
  }

  void run() {
    while (!spool.isClosed()) {
      try {
        step();
      } catch (IOException | RuntimeException | Error e) {
        LOG.atError()
            .addKeyValue("event", "spool_failed")
            .addKeyValue("spool", spool)
            .addKeyValue("error", e.getClass().getName())
            .setCause(e)
            .log("spool {} can't go on, and tries again", spool);
        backOff();
      }
    }
  }

  private void step() throws IOException {
    if (!spool.awaitMessages()) {
      return;
    }
    if (log.isEmpty()) {
      spool.awaitWritten();
      return;
    }
    int room = outlet.room();
    if (room == 0) {
      spool.awaitClose(SOON);
      return;
    }
    List<SpoolFrame> frames = log.first(isCautious ? 1 : Math.min(room, WINDOW));
    if (frames.isEmpty()) {
      return; // All that was left is damaged.
    }
    spool.oldestIs(frames.get(0).spooledAt());
    if (!isCautious) {
      spool.holdCallersIfNearlyEmpty();
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
      log.done(frames.subList(0, done));
      spool.stored(done);
    }
    if (failure == null) {
      outlet.stored();
      failures = 0;
      isCautious = false;
    } else {
      outlet.failed(failure);
      isCautious = true;
      failures = done > 0 ? 1 : failures + 1;
      if (!spool.isClosed()) {
        LOG.atWarn()
            .addKeyValue("event", "spool_not_sent")
            .addKeyValue("spool", spool)
            .addKeyValue("error", failure.getClass().getName())
            .log("spool {} is not sent yet: {}", spool, failure.getMessage());
        backOff();
      }
    }
  }

  /** Null if it is stored. Waits for that, or until the spool is closed. */
  private @Nullable Throwable outcome(CompletableFuture<Position> sent) {
    while (true) {
      boolean isLast = spool.isClosed();
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
        .addKeyValue("spool", spool)
        .addKeyValue("target", frame.message().topic())
        .log(
            "a message for topic {} in spool {} is refused for what it is, and is put into its"
                + " quarantine: {}",
            frame.message().topic(),
            spool,
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
    spool.awaitClose(Duration.ofMillis(BACK_OFF.apply(Math.max(1, failures))));
  }
}
