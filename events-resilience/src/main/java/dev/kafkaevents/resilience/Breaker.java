package dev.kafkaevents.resilience;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps events waiting, in order, while something that their handlers need is down. One breaker is
 * for one dependency, whichever topics and subscriptions need it.
 *
 * <pre>{@code
 * builder
 *     .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
 *     .onDelivery(Retry.upTo(5, Duration.ofMillis(100)))
 *     .onDelivery(Breaker.around("payments-db", failure -> failure instanceof SQLException));
 * }</pre>
 *
 * <p>A failure of the dependency never leaves the breaker: it is no attempt for a {@link Retry},
 * and no reason for a {@link DeadLetter}. As long as the breaker is closed the event is delivered
 * again after a while, and only its lane waits. When it is open, the partitions whose next event
 * needs the dependency are paused; one event is the probe, and when that succeeds all go on. So an
 * event whose own fault looks like one of the dependency waits for ever: draw that line narrowly.
 *
 * <p>All other failures go their way and say nothing about the dependency.
 */
public final class Breaker implements DeliveryInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

  private static final Duration WAIT_IN_OPEN = Duration.ofSeconds(2);
  private static final IntervalFunction BACK_OFF =
      IntervalFunction.ofExponentialRandomBackoff(
          Duration.ofMillis(100), 2, 0.5, Duration.ofSeconds(10));

  private final CircuitBreaker circuit;
  private final Predicate<Throwable> itsFailures;
  private final Predicate<? super Delivery<?>> needs;

  /** Completes when those that wait should look again. Shared by copies, like the circuit. */
  private final AtomicReference<CompletableFuture<Void>> change;

  private Breaker(
      CircuitBreaker circuit,
      Predicate<Throwable> itsFailures,
      Predicate<? super Delivery<?>> needs,
      AtomicReference<CompletableFuture<Void>> change) {
    this.circuit = circuit;
    this.itsFailures = itsFailures;
    this.needs = needs;
    this.change = change;
  }

  /**
   * Opens when half of the last 20 calls have failed, and 5 at least; probes with one event every
   * other second.
   *
   * @param dependency its name; the breaker of resilience4j is {@code events.handler.} and this
   * @param itsFailures whether an exception is a failure of the dependency; of a future it is asked
   *     about what that has failed with
   */
  public static Breaker around(String dependency, Predicate<Throwable> itsFailures) {
    return around(
        CircuitBreaker.of(
            "events.handler." + dependency,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(5)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(WAIT_IN_OPEN)
                .maxWaitDurationInHalfOpenState(Duration.ofMinutes(1))
                .build()),
        itsFailures);
  }

  /**
   * With a breaker of resilience4j, from a registry for example that metrics are bound to.
   *
   * @throws IllegalArgumentException if it may stay half-open without end
   */
  public static Breaker around(CircuitBreaker circuit, Predicate<Throwable> itsFailures) {
    requireBounded(circuit);
    return new Breaker(
        circuit, itsFailures, delivery -> true, new AtomicReference<>(new CompletableFuture<>()));
  }

  static void requireBounded(CircuitBreaker circuit) {
    if (circuit.getCircuitBreakerConfig().getMaxWaitDurationInHalfOpenState().isZero()) {
      throw new IllegalArgumentException(
          "circuit breaker "
              + circuit.getName()
              + " has no maxWaitDurationInHalfOpenState: a probe that never ends would keep it"
              + " half-open for ever");
    }
  }

  /** The same circuit for deliveries that need the dependency; others pass untouched. */
  public Breaker onlyFor(Predicate<? super Delivery<?>> needs) {
    return new Breaker(circuit, itsFailures, needs, change);
  }

  /**
   * What it is made of: to read its metrics, or to open it by hand. What waits notices a change by
   * hand when it looks for its turn as a probe. A listener makes each call cost some hundred
   * nanoseconds more.
   */
  public CircuitBreaker circuit() {
    return circuit;
  }

  @Override
  public List<String> contradictions(List<DeliveryInterceptor> inside) {
    return InstallOrder.settledInside(this, inside);
  }

  @Override
  public List<Condition> conditions() {
    return List.of(condition(circuit));
  }

  static Condition condition(CircuitBreaker circuit) {
    return new Condition.CircuitBreaker(
        circuit.getName(),
        switch (circuit.getState()) {
          case OPEN, FORCED_OPEN -> Condition.CircuitBreaker.State.OPEN;
          case HALF_OPEN -> Condition.CircuitBreaker.State.HALF_OPEN;
          case CLOSED, DISABLED, METRICS_ONLY -> Condition.CircuitBreaker.State.CLOSED;
        });
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    if (!needs.test(delivery)) {
      return chain.proceed(delivery);
    }
    for (int failures = 0; ; ) {
      awaitPermission(delivery, chain);
      boolean reported = false;
      long start = circuit.getCurrentTimestamp();
      try {
        Settlement settlement = chain.proceed(delivery);
        reported = true;
        report(start, null);
        return settlement;
      } catch (Exception e) {
        Throwable reason = Failures.unwrapped(e);
        if (reported || !isItsFailure(reason, e, delivery)) {
          throw e;
        }
        Failures.passInterruption(e);
        reported = true;
        report(start, reason);
        failures++;
        LOG.atDebug()
            .addKeyValue("event", "dependency_failed")
            .addKeyValue("group", delivery.group())
            .addKeyValue("topic", delivery.position().topic())
            .addKeyValue("partition", delivery.position().partition())
            .addKeyValue("offset", delivery.position().offset())
            .addKeyValue("breaker", circuit.getName())
            .addKeyValue("error", reason.getClass().getName())
            .log(
                "{} failed the record at {} in group {} with {}, {} times in a row",
                circuit.getName(),
                delivery.position(),
                delivery.group(),
                reason.getClass().getName(),
                failures);
      } finally {
        if (!reported) {
          giveBack();
        }
      }
      if (isLettingThrough()) {
        chain.await(delivery, Hold.LANE, change(), Duration.ofMillis(BACK_OFF.apply(failures)));
      }
    }
  }

  /**
   * Looks for itself whether that was a transition: a listener of the circuit costs each call an
   * event, which is more than all the rest.
   */
  private void report(long start, @Nullable Throwable failure) {
    State before = circuit.getState();
    long took = circuit.getCurrentTimestamp() - start;
    if (failure == null) {
      circuit.onSuccess(took, circuit.getTimestampUnit());
    } else {
      circuit.onError(took, circuit.getTimestampUnit(), failure);
    }
    State after = circuit.getState();
    if (before != after) {
      LOG.atInfo()
          .addKeyValue("event", "breaker_changed")
          .addKeyValue("breaker", circuit.getName())
          .addKeyValue("from", before)
          .addKeyValue("to", after)
          .log("circuit breaker {} was {} and is {}", circuit.getName(), before, after);
      signal(change);
    }
  }

  private void awaitPermission(Delivery<?> delivery, Chain chain) throws InterruptedException {
    while (true) {
      CompletableFuture<Void> next = change(); // Before it is asked, so that no change is missed.
      if (circuit.tryAcquirePermission()) {
        return;
      }
      chain.await(delivery, Hold.PARTITION, next, patience());
    }
  }

  /** When the next probe may be due, and a moment, since until then means not yet. */
  private Duration patience() {
    return Duration.ofMillis(
            circuit.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1))
        .plusMillis(2);
  }

  private boolean isItsFailure(Throwable reason, Exception failure, Delivery<?> delivery) {
    if (Failures.isOfTheProcess(reason)) {
      return false;
    }
    try {
      return itsFailures.test(reason);
    } catch (RuntimeException e) {
      EventsException broken =
          new EventsException(
              "what tells the failures of %s has failed itself at %s; what it was asked about is suppressed in this"
                  .formatted(circuit.getName(), delivery.position()),
              e);
      broken.addSuppressed(failure);
      throw broken;
    }
  }

  private boolean isLettingThrough() {
    return switch (circuit.getState()) {
      case OPEN, HALF_OPEN, FORCED_OPEN -> false;
      case CLOSED, DISABLED, METRICS_ONLY -> true;
    };
  }

  /** A call that says nothing about the dependency; if it was the probe, another may be. */
  private void giveBack() {
    circuit.releasePermission();
    if (!isLettingThrough()) {
      signal(change);
    }
  }

  private CompletableFuture<Void> change() {
    return requireNonNull(change.get());
  }

  private static void signal(AtomicReference<CompletableFuture<Void>> change) {
    requireNonNull(change.getAndSet(new CompletableFuture<>())).complete(null);
  }
}
