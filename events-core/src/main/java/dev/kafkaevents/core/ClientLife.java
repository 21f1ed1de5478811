package dev.kafkaevents.core;

import dev.kafkaevents.FailureClass;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client has died, and when another may take its place. A producer that could not
 * authenticate when it asked for its id neither sends nor says so, also when it would be let in
 * again: it has lost the request, and asks for no id any more (KAFKA-20237). A consumer of the
 * newer protocol that was refused in its heartbeat is in its group no more, for good, and its polls
 * come back empty.
 *
 * <p>The next comes a second after the last at the soonest, and later and later while each dies
 * young. Guarded by the lock of the publisher, but for {@link #isOver} and {@link #ends}; or
 * confined to the poll thread.
 */
final class ClientLife {
  private static final long SOONEST = Duration.ofSeconds(1).toNanos();
  private static final long LATEST = Duration.ofSeconds(30).toNanos();

  private volatile @Nullable Throwable end;
  private long begin;
  private long least = SOONEST;

  /**
   * Whether the failure of a record says that its producer has died.
   *
   * @param refusedAtFirst whether that producer was not let in, and has sent nothing, so that it
   *     may have no id; only asked if it matters
   */
  static boolean endsWith(Throwable failure, boolean neverSent, BooleanSupplier refusedAtFirst) {
    if (PublishFailures.reasonOf(failure) != failure) {
      return neverSent; // In its error state send throws.
    }
    if (failure instanceof AuthenticationException) {
      // Before a record is buffered it is the look-up of its topic that was not let in. That
      // passes; but the request for the id, which goes out at the same time, was not either.
      return !neverSent || refusedAtFirst.getAsBoolean();
    }
    if (failure instanceof TimeoutException) {
      return !neverSent && refusedAtFirst.getAsBoolean();
    }
    return KafkaFailures.classOf(failure) == FailureClass.CLIENT_LOST;
  }

  void begins(long now) {
    begin = now;
    end = null;
  }

  void ends(Throwable failure) {
    end = failure;
  }

  /** It was not the end after all. */
  void goesOn() {
    end = null;
  }

  boolean isOver() {
    return end != null;
  }

  /** What a publish fails with until another producer may begin: with what ended this one. */
  KafkaException failure() {
    Throwable failure = end;
    Throwable reason = failure == null ? null : PublishFailures.reasonOf(failure);
    String why = reason == null ? "" : ": " + reason.getMessage();
    return new KafkaException("the producer has died, and another is not made yet" + why, reason);
  }

  /** Whether another may take the place of one that has died. */
  boolean mayBegin(long now) {
    long age = now - begin;
    if (end == null || age < least) {
      return false;
    }
    least = age > 2 * LATEST ? SOONEST : Math.min(LATEST, 2 * least);
    return true;
  }
}
