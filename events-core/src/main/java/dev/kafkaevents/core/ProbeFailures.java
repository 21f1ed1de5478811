package dev.kafkaevents.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what those throw who are only told of things. One that fails does so at every record as a
 * rule: that is told once a minute. Thread-safe.
 */
final class ProbeFailures {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeFailures.class);

  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final EventsRuntime runtime;
  private final AtomicLong loggedNanos;

  ProbeFailures(EventsRuntime runtime) {
    this.runtime = runtime;
    this.loggedNanos = new AtomicLong(runtime.nanoTime() - LOG_NANOS);
  }

  void failed(Object probe, RuntimeException e) {
    long now = runtime.nanoTime();
    long last = loggedNanos.get();
    if (now - last < LOG_NANOS || !loggedNanos.compareAndSet(last, now)) {
      return;
    }
    LOG.atWarn()
        .addKeyValue("event", "probe_failed")
        .addKeyValue("error", e.getClass().getName())
        .setCause(e)
        .log("probe {} failed; nothing else is affected", probe.getClass().getName());
  }
}
