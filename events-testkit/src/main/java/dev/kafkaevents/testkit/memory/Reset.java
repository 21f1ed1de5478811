package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.Locale;

/** Where to read from when nothing else says so: at either end, since a while ago, or nowhere. */
record Reset(Kind kind, Duration ago) {
  enum Kind {
    NONE,
    EARLIEST,
    LATEST,
    DURATION
  }

  private static final String BY_DURATION = "by_duration:";

  static final Reset EARLIEST = new Reset(Kind.EARLIEST, Duration.ZERO);
  static final Reset LATEST = new Reset(Kind.LATEST, Duration.ZERO);

  /** That of Kafka's setting, which has been checked. */
  static Reset of(String setting) {
    String lower = setting.toLowerCase(Locale.ROOT);
    if (lower.startsWith(BY_DURATION)) {
      return new Reset(Kind.DURATION, Duration.parse(setting.substring(BY_DURATION.length())));
    }
    return new Reset(Kind.valueOf(lower.toUpperCase(Locale.ROOT)), Duration.ZERO);
  }

  /** The offset it means now. Not for {@link Kind#NONE}. Under the broker's lock. */
  long offset(PartitionLog log, boolean committedOnly, long now) {
    if (kind == Kind.EARLIEST) {
      return log.start();
    }
    if (kind == Kind.DURATION) {
      StoredRecord first = log.firstSince(now - ago.toMillis(), committedOnly);
      if (first != null) {
        return Math.max(first.offset(), log.start());
      }
    }
    return log.end(committedOnly);
  }
}
