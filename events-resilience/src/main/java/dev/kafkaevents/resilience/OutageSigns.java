package dev.kafkaevents.resilience;

import dev.kafkaevents.PublisherHealth;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What tells that a cluster is away before any publish fails. Looks at most every 50 ms, on the
 * thread of somebody who publishes; the others do not wait for that.
 */
final class OutageSigns {
  private static final long EVERY_NANOS = Duration.ofMillis(50).toNanos();

  /** What was seen longer ago says nothing: connections that nobody uses are closed. */
  private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long UNCONNECTED_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long STUCK_NANOS = Duration.ofSeconds(10).toNanos();
  private static final double LITTLE_ROOM = 0.2;

  private final PublisherHealth health;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile long looked;
  private volatile boolean begun;

  /** The last moment at which all was well. */
  private long connected;

  private long moved;
  private long outcomes;

  OutageSigns(PublisherHealth health) {
    this.health = health;
  }

  /**
   * What is wrong at {@code now}, in words; null if nothing is, or it was looked at just before.
   */
  @Nullable String at(long now) {
    if ((begun && now - looked < EVERY_NANOS) || !looking.tryLock()) {
      return null;
    }
    try {
      if (!begun || now - looked > STALE_NANOS) {
        connected = now;
        moved = now;
      }
      begun = true;
      looked = now;
      return look(now);
    } finally {
      looking.unlock();
    }
  }

  private @Nullable String look(long now) {
    long unsent = health.unsent();
    long ended = health.outcomes();
    if (unsent == 0 || health.connections() != 0) {
      connected = now;
    }
    if (unsent == 0 || ended != outcomes) {
      moved = now;
    }
    outcomes = ended;
    if (now - connected >= UNCONNECTED_NANOS) {
      return "no connection for %s, and %d unsent".formatted(since(connected, now), unsent);
    }
    if (now - moved >= STUCK_NANOS) {
      return "no outcome for %s, and %d unsent".formatted(since(moved, now), unsent);
    }
    double free = health.freeBuffer();
    if (unsent > 0 && free < LITTLE_ROOM) {
      return "%d%% of the send buffer are free, and %d unsent"
          .formatted((int) (100 * free), unsent);
    }
    return null;
  }

  private static Duration since(long then, long now) {
    return Duration.ofMillis(Duration.ofNanos(now - then).toMillis());
  }
}
