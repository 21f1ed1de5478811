package dev.kafkaevents.core;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a poll loop does about an error of the client:
 *
 * <ul>
 *   <li>What Kafka calls retriable (no coordinator, no leader, a time-out, a broker that is gone)
 *       is tried again for ever.
 *   <li>Authentication and authorization, once the subscription had worked, are tried again for
 *       {@link #SECURITY_GRACE}: passwords are changed and access lists edited while services run.
 *       Before that they are mistakes, and end it at once.
 *   <li>All else ends it: to be fenced by another member of the same instance id, an offset out of
 *       range with {@code auto.offset.reset=none}, a corrupt record, a protocol that the cluster
 *       does not speak.
 * </ul>
 *
 * It is logged when trouble begins, when it is of another kind, once a minute, and when it is over.
 * The poll thread writes, anybody reads {@link #text}.
 */
final class Trouble {
  static final Duration SECURITY_GRACE = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Clients wait for a second between their tries, if nobody tells them otherwise. */
  static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Object who;
  private final BooleanSupplier hasWorked;
  private final EventsRuntime runtime;

  private volatile @Nullable String text;
  private @Nullable Class<?> kind;
  private long since;
  private long metNanos;
  private long loggedNanos;
  private int times;

  /** Of {@code who}, as the log is to call it. */
  Trouble(Object who, BooleanSupplier hasWorked, EventsRuntime runtime) {
    this.who = who;
    this.hasWorked = hasWorked;
    this.runtime = runtime;
  }

  /** What is wrong at the moment; null if nothing is. */
  @Nullable String text() {
    return text;
  }

  /** Waits a little before the next try, or throws what no try can mend. */
  void met(KafkaException e) {
    long now = runtime.nanoTime();
    metNanos = now;
    if (kind == null) {
      since = now;
      times = 0;
    }
    if (!isWorthATry(e, now - since)) {
      throw e;
    }
    if (e.getClass() != kind || now - loggedNanos > LOG_NANOS) {
      loggedNanos = now;
      LOG.atWarn()
          .addKeyValue("event", "read_failed")
          .addKeyValue("error", e.getClass().getName())
          .addKeyValue("failures", times + 1)
          .log("{} could not read, and goes on trying: {}", who, describe(e));
    }
    kind = e.getClass();
    text = describe(e);
    times++;
    runtime.park(
        Duration.ofNanos(Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(times, 10))));
  }

  /**
   * A turn had no error. That alone proves nothing: a client that was refused has nothing to say
   * until it tries again. Without one for a while it is over.
   */
  void wentWell() {
    if (kind != null && runtime.nanoTime() - metNanos >= QUIET_NANOS) {
      LOG.atInfo()
          .addKeyValue("event", "read_recovered")
          .addKeyValue("failures", times)
          .log(
              "{} reads again after {} s and {} failures",
              who,
              TimeUnit.NANOSECONDS.toSeconds(metNanos - since),
              times);
      kind = null;
      text = null;
    }
  }

  private boolean isWorthATry(KafkaException e, long nanos) {
    if (isOfSecurity(e)) {
      return hasWorked.getAsBoolean() && nanos < SECURITY_GRACE.toNanos();
    }
    return e instanceof RetriableException;
  }

  static boolean isOfSecurity(KafkaException e) {
    return e instanceof AuthenticationException || e instanceof AuthorizationException;
  }

  private static String describe(KafkaException e) {
    return e.getClass().getSimpleName() + ": " + Printable.of(String.valueOf(e.getMessage()));
  }
}
