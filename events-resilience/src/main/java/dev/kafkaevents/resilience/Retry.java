package dev.kafkaevents.resilience;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.Beginning;
import dev.kafkaevents.spi.DeliveryInterceptor;
import io.github.resilience4j.core.IntervalBiFunction;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
 * RejectedException}, a validation exception of Jakarta's, a publish that was {@linkplain
 * FailureClass#REJECTED rejected}, an {@link InterruptedException} and any {@link Error}, on their
 * own or as what a future has failed with. Of all but the last two a {@link #classifying rule} may
 * say otherwise.
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
  private final List<FailureRule> rules;
  private final @Nullable Duration total;
  private final @Nullable RetryBudget budget;
  private final LongSupplier nanoTime;

  /** How long the first delay is at least; zero if that is not known. */
  private final Duration least;

  private Retry(RetryConfig config, Duration least) {
    this.least = least;
    this.maxAttempts = config.getMaxAttempts();
    this.predicate = config.getExceptionPredicate();
    this.interval = config.getIntervalBiFunction();
    this.rules = List.of();
    this.total = null;
    this.budget = null;
    this.nanoTime = System::nanoTime;
  }

  private Retry(
      Retry other,
      List<FailureRule> rules,
      @Nullable Duration total,
      @Nullable RetryBudget budget,
      LongSupplier nanoTime) {
    this.least = other.least;
    this.maxAttempts = other.maxAttempts;
    this.predicate = other.predicate;
    this.interval = other.interval;
    this.rules = rules;
    this.total = total;
    this.budget = budget;
    this.nanoTime = nanoTime;
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
            .build(),
        firstDelay.dividedBy(2));
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
    return of(config, Duration.ZERO);
  }

  private static Retry of(RetryConfig config, Duration least) {
    if (config.getResultPredicate() != null) {
      throw new IllegalArgumentException(
          "the RetryConfig has retryOnResult, and a delivery has no result; throw in the handler,"
              + " and use retryOnException");
    }
    return new Retry(config, least);
  }

  /**
   * The same, asking {@code rule} about a failure before what is known otherwise, and after the
   * rules added before. Of a future that failed it is asked about what it has failed with.
   */
  public Retry classifying(FailureRule rule) {
    return new Retry(
        this, Stream.concat(rules.stream(), Stream.of(rule)).toList(), total, budget, nanoTime);
  }

  /**
   * The same, beginning no attempt later than {@code total} after the first began. What a {@link
   * RetryBudget} takes does not count.
   *
   * @param total above zero
   */
  public Retry within(Duration total) {
    if (total.isNegative() || total.isZero()) {
      throw new IllegalArgumentException("the total time is " + total + ", must be above zero");
    }
    return new Retry(this, rules, total, budget, nanoTime);
  }

  /** The same, with retries that come later when there are more than {@code budget} has. */
  public Retry spending(RetryBudget budget) {
    return new Retry(this, rules, total, budget, nanoTime);
  }

  /** The same by another clock. */
  Retry withClock(LongSupplier nanoTime) {
    return new Retry(this, rules, total, budget, nanoTime);
  }

  /** The same by the clock that its waits go by. */
  @Override
  public DeliveryInterceptor forSubscription(Beginning beginning) {
    return total == null && budget == null ? this : withClock(beginning.nanoTime());
  }

  @Override
  public List<String> contradictions(List<DeliveryInterceptor> inside) {
    List<String> problems = new ArrayList<>(InstallOrder.settledInside(this, inside));
    if (total != null && least.compareTo(total) > 0) {
      problems.add(
          "the first delay of a Retry is %s at least, later than all of its %s: nothing would ever be tried again; make the total longer"
              .formatted(least, total));
    }
    return problems;
  }

  @Override
  public List<Condition> conditions() {
    return budget == null
        ? List.of()
        : List.of(new Condition.RetryBudget(budget.left(nanoTime.getAsLong())));
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    long began = total == null ? 0 : nanoTime.getAsLong();
    try {
      return succeeded(chain.proceed(delivery));
    } catch (Exception failure) {
      return retry(delivery, chain, failure, began);
    }
  }

  private Settlement succeeded(Settlement settlement) {
    if (budget != null) {
      budget.succeeded();
    }
    return settlement;
  }

  private Settlement retry(Delivery<?> delivery, Chain chain, Exception first, long firstBegan)
      throws Exception {
    Exception failure = first;
    long began = firstBegan;
    for (int attempt = 1; ; attempt++) {
      Duration delay = delayAfter(attempt, failure, delivery);
      if (delay == null || isTooLate(began, delay)) {
        throw failure;
      }
      Failures.passInterruption(failure);
      Duration stretched = stretched(delay);
      began += stretched.minus(delay).toNanos();
      LOG.atDebug()
          .addKeyValue("event", "attempt_failed")
          .addKeyValue("group", delivery.group())
          .addKeyValue("topic", delivery.position().topic())
          .addKeyValue("partition", delivery.position().partition())
          .addKeyValue("offset", delivery.position().offset())
          .addKeyValue("attempt", attempt)
          .addKeyValue("error", Failures.unwrapped(failure).getClass().getName())
          .addKeyValue("delay", stretched)
          .log(
              "attempt {} at {} in group {} failed with {}; the next in {}",
              attempt,
              delivery.position(),
              delivery.group(),
              Failures.unwrapped(failure).getClass().getName(),
              stretched);
      try {
        return succeeded(chain.retry(delivery, stretched));
      } catch (Exception next) {
        failure = next;
      }
    }
  }

  private boolean isTooLate(long began, Duration delay) {
    return total != null && nanoTime.getAsLong() - began + delay.toNanos() > total.toNanos();
  }

  private Duration stretched(Duration delay) {
    Duration wait = budget == null ? Duration.ZERO : budget.take(nanoTime.getAsLong());
    return wait.compareTo(delay) > 0 ? wait : delay;
  }

  /** Null: no more attempts. */
  private @Nullable Duration delayAfter(int attempt, Exception failure, Delivery<?> delivery) {
    Throwable reason = Failures.unwrapped(failure);
    if (attempt >= maxAttempts || Failures.isOfTheProcess(reason)) {
      return null;
    }
    long millis = askPolicy(attempt, reason, failure, delivery);
    return millis < 0 ? null : Duration.ofMillis(millis);
  }

  private long askPolicy(int attempt, Throwable reason, Exception failure, Delivery<?> delivery) {
    try {
      return Failures.classOf(reason, rules).mayPass() && predicate.test(reason)
          ? interval.apply(attempt, Either.left(reason))
          : -1;
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
}
