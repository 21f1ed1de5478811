package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import io.github.resilience4j.core.IntervalBiFunction;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a delivery again that failed, after a delay. What is ordered after it waits as well, other
 * events do not.
 *
 * <pre>{@code
 * builder.onDelivery(Retry.upTo(5, Duration.ofMillis(100)));
 * }</pre>
 *
 * <p>Each attempt goes through all that is installed after this and decodes the record anew. When
 * there are no more attempts the last failure is thrown as it is; those before it are logged by
 * class at debug level.
 *
 * <p>Not tried again, since it would not help: a {@link SerdeException}, a {@link
 * RejectedException}, an {@link InterruptedException} and any {@link Error}, on their own or as
 * what a future has failed with.
 */
public final class Retry implements DeliveryInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);

  private static final Duration MIN_DELAY = Duration.ofMillis(1);
  private static final Duration MAX_DELAY = Duration.ofSeconds(30);
  private static final double GROWTH = 2;

  /** A delay is between half and one and a half of what it would be otherwise. */
  private static final double JITTER = 0.5;

  private final int maxAttempts;
  private final Predicate<Throwable> predicate;
  private final IntervalBiFunction<Object> interval;

  private Retry(RetryConfig config) {
    this.maxAttempts = config.getMaxAttempts();
    this.predicate = config.getExceptionPredicate();
    this.interval = config.getIntervalBiFunction();
  }

  /**
   * With delays that double from about {@code firstDelay} on to 30 s at most, each moved by up to
   * half of itself at random, so that what failed together is not tried again together.
   *
   * @param attempts all of them, the first included; at least 1
   * @param firstDelay from 1 ms to 30 s
   */
  public static Retry upTo(int attempts, Duration firstDelay) {
    if (attempts < 1) {
      throw new IllegalArgumentException(
          "attempts is " + attempts + ", must be at least 1: the first attempt counts");
    }
    if (firstDelay.compareTo(MIN_DELAY) < 0 || firstDelay.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(
          "firstDelay is %s, must be between %s and %s; for other delays there is Retry.of(RetryConfig)"
              .formatted(firstDelay, MIN_DELAY, MAX_DELAY));
    }
    return of(
        RetryConfig.custom()
            .maxAttempts(attempts)
            .intervalFunction(
                IntervalFunction.ofExponentialRandomBackoff(firstDelay, GROWTH, JITTER, MAX_DELAY))
            .build());
  }

  /**
   * With a configuration of resilience4j: its attempts, its intervals (a negative one ends the
   * attempts) and its predicate of exceptions, which is asked about what is not excluded already,
   * and of a future about what it has failed with.
   *
   * @throws IllegalArgumentException if it looks at results, since a delivery has none to be tried
   *     again for
   */
  public static Retry of(RetryConfig config) {
    if (config.getResultPredicate() != null) {
      throw new IllegalArgumentException(
          "the RetryConfig has retryOnResult, and a delivery has no result; throw in the handler,"
              + " and use retryOnException");
    }
    return new Retry(config);
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    try {
      return chain.proceed(delivery);
    } catch (Exception failure) {
      return retry(delivery, chain, failure);
    }
  }

  private Settlement retry(Delivery<?> delivery, Chain chain, Exception first) throws Exception {
    Exception failure = first;
    for (int attempt = 1; ; attempt++) {
      Duration delay = delayAfter(attempt, failure, delivery);
      if (delay == null) {
        throw failure;
      }
      Failures.passInterruption(failure);
      try {
        return chain.retry(delivery, delay);
      } catch (Exception next) {
        failure = next;
      }
    }
  }

  /** Null: no more attempts. */
  private @Nullable Duration delayAfter(int attempt, Exception failure, Delivery<?> delivery) {
    Throwable reason = Failures.unwrapped(failure);
    if (attempt >= maxAttempts || isFinal(reason)) {
      return null;
    }
    long millis = askPolicy(attempt, reason, failure, delivery);
    if (millis < 0) {
      return null;
    }
    Duration delay = Duration.ofMillis(millis);
    LOG.debug(
        "attempt {} at {} in group {} failed with {}; the next in {}",
        attempt,
        delivery.position(),
        delivery.group(),
        reason.getClass().getName(),
        delay);
    return delay;
  }

  private long askPolicy(int attempt, Throwable reason, Exception failure, Delivery<?> delivery) {
    try {
      return predicate.test(reason) ? interval.apply(attempt, Either.left(reason)) : -1;
    } catch (RuntimeException e) {
      EventsException broken =
          new EventsException(
              "the retry policy itself failed on attempt %d at %s; what it was asked about is suppressed in this"
                  .formatted(attempt, delivery.position()),
              e);
      broken.addSuppressed(failure);
      throw broken;
    }
  }

  private static boolean isFinal(Throwable reason) {
    return reason instanceof SerdeException
        || reason instanceof RejectedException
        || Failures.isOfTheProcess(reason);
  }
}
