package dev.kafkaevents.serde.avro;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The latest version of each subject that was asked for, and when to ask again. Thread-safe. */
final class LatestVersions {
  /** Whoever was sent to ask again may fail; then somebody else is sent. */
  private static final long NEXT_TRY = TimeUnit.SECONDS.toNanos(5);

  private static final int MOST = 10_000;

  private final long ttl;
  private final LongSupplier nanos;
  private final Map<String, Version> versions = new ConcurrentHashMap<>();

  /**
   * @param due when to ask again
   */
  record Version(RegisteredSchema schema, AtomicLong due) {}

  LatestVersions(Duration ttl, LongSupplier nanos) {
    this.ttl = ttl.toNanos();
    this.nanos = nanos;
  }

  @Nullable Version get(String subject) {
    return versions.get(subject);
  }

  void put(String subject, RegisteredSchema schema) {
    if (versions.size() >= MOST) {
      versions.clear();
    }
    versions.put(subject, new Version(schema, new AtomicLong(nanos.getAsLong() + ttl)));
  }

  void forget(String subject) {
    versions.remove(subject);
  }

  /** Whether the caller is the one to ask again. */
  boolean isDue(Version version) {
    long now = nanos.getAsLong();
    long due = version.due().get();
    return now - due >= 0 && version.due().compareAndSet(due, now + NEXT_TRY);
  }
}
