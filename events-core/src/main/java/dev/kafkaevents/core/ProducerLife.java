package dev.kafkaevents.core;

import dev.kafkaevents.FailureClass;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;

/**
 * Whether a producer has died, and when another may take its place. One that could not authenticate
 * when it asked for its id fails all that it is given from then on, also when it would be let in
 * again; nothing brings it back.
 *
 * <p>The next comes a second after the last at the soonest, and later and later while each dies
 * young. Guarded by the lock of the publisher, but for {@link #isOver}.
 */
final class ProducerLife {
  private static final long SOONEST = Duration.ofSeconds(1).toNanos();
  private static final long LATEST = Duration.ofSeconds(30).toNanos();

  private volatile boolean over;
  private long begin;
  private long least = SOONEST;

  /** Whether the failure of a record says that its producer has died. */
  static boolean endsWith(Throwable failure, boolean neverSent) {
    if (failure.getClass() == KafkaException.class && failure.getCause() instanceof ApiException) {
      return neverSent; // In its error state send throws, with what brought it there.
    }
    // Before a record is buffered it is the look-up of its topic that was not let in, and that
    // passes. A record that was buffered is failed with it by a producer that has died alone.
    return failure instanceof AuthenticationException
        ? !neverSent
        : KafkaFailures.classOf(failure) == FailureClass.CLIENT_LOST;
  }

  void begins(long now) {
    begin = now;
    over = false;
  }

  void ends() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  /** Whether another producer may take the place of one that has died. */
  boolean mayBegin(long now) {
    long age = now - begin;
    if (!over || age < least) {
      return false;
    }
    least = age > 2 * LATEST ? SOONEST : Math.min(LATEST, 2 * least);
    return true;
  }
}
