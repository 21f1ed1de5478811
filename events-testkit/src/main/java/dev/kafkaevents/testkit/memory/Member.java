package dev.kafkaevents.testkit.memory;

import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A member of a group, as the broker sees it. Guarded by the broker's lock. */
abstract class Member {
  final String id;
  final String clientId;
  final @Nullable String instance;
  final long sessionNanos;
  final long maxPollNanos;

  /** The generation, or member epoch, that it may commit with. */
  int generation = -1;

  /** What it has, as far as the group knows. */
  final Set<TopicPartition> owned = new LinkedHashSet<>();

  /** When it last began to do something else than polling; it is not evicted while it polls. */
  private long away;

  private boolean polling = true;

  /** When it stopped to send heartbeats; negative while it sends them. */
  private long silentSince = -1;

  Member(
      String id,
      String clientId,
      @Nullable String instance,
      long sessionNanos,
      long maxPollNanos,
      long now) {
    this.id = id;
    this.clientId = clientId;
    this.instance = instance;
    this.sessionNanos = sessionNanos;
    this.maxPollNanos = maxPollNanos;
    this.away = now;
  }

  void polls() {
    polling = true;
  }

  void polled(long now) {
    polling = false;
    away = now;
  }

  /** It is gone without a word; its session runs out. */
  void falls(long now) {
    if (silentSince < 0) {
      silentSince = now;
    }
  }

  boolean isSilent() {
    return silentSince >= 0;
  }

  /** Whether to remove it by now. A static member that polls too seldom only falls silent. */
  boolean isExpired(long now) {
    if (!isSilent() && !polling && now - away >= maxPollNanos) {
      if (instance == null) {
        return true;
      }
      falls(away + maxPollNanos);
    }
    return isSilent() && now - silentSince >= sessionNanos;
  }

  long expiry(long otherwise) {
    if (isSilent()) {
      return Math.min(otherwise, silentSince + sessionNanos);
    }
    return polling ? otherwise : Math.min(otherwise, away + maxPollNanos);
  }
}
