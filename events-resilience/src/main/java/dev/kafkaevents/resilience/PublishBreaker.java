package dev.kafkaevents.resilience;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Event;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.PublisherHealth;
import dev.kafkaevents.spi.PublishInterceptor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses to publish while the cluster is away, so that callers know it at once and the send buffer
 * does not fill with what nobody waits for. For one publisher.
 *
 * <pre>{@code
 * builder.onPublish(PublishBreaker.named("orders"));
 * }</pre>
 *
 * <p>The outcomes of publishes tell of an outage after the time they have, which is two minutes as
 * a rule. So it opens at signs that come first: some are unsent and there has been no connection
 * for 2 s, or no outcome for 10 s, or less than a fifth of the send buffer is free. And when half
 * of the last 100 publishes have failed, 20 at least, for what is not of the event nor of rights.
 * The signs are looked at when somebody publishes.
 *
 * <p>While it is open, a publish fails with {@link PublishException.Outcome#NOT_STORED} and {@link
 * FailureClass#BACK_PRESSURE}, unless it {@linkplain #waitingFor waits}. Each second one goes
 * through as a probe; the first that is stored closes it. What was published before it opened is
 * not touched: it is stored when the cluster is back, if that is in time.
 *
 * <p>Bytes sent as they are, such as dead letters, and tombstones do not come this way.
 */
public final class PublishBreaker implements PublishInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(PublishBreaker.class);

  private static final Duration WAIT_IN_OPEN = Duration.ofSeconds(1);

  private final CircuitBreaker circuit;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final @Nullable OutageSigns signs;

  /** Completes when those that wait should look again. Shared by copies, like the circuit. */
  private final AtomicReference<CompletableFuture<Void>> change;

  private PublishBreaker(
      CircuitBreaker circuit,
      Duration patience,
      LongSupplier nanoTime,
      @Nullable OutageSigns signs,
      AtomicReference<CompletableFuture<Void>> change) {
    this.circuit = circuit;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.signs = signs;
    this.change = change;
  }

  /**
   * With a breaker of its own.
   *
   * @param publisher a name; the breaker of resilience4j is {@code events.publisher.} and this
   */
  public static PublishBreaker named(String publisher) {
    return with(
        CircuitBreaker.of(
            "events.publisher." + publisher,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(100)
                .minimumNumberOfCalls(20)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(WAIT_IN_OPEN)
                .maxWaitDurationInHalfOpenState(Duration.ofSeconds(10))
                .writableStackTraceEnabled(false)
                .build()));
  }

  /**
   * With a breaker of resilience4j, from a registry for example that metrics are bound to. It is
   * for one publisher.
   *
   * @throws IllegalArgumentException if it may stay half-open without end
   */
  public static PublishBreaker with(CircuitBreaker circuit) {
    Breaker.requireBounded(circuit);
    return new PublishBreaker(
        circuit,
        Duration.ZERO,
        System::nanoTime,
        null,
        new AtomicReference<>(new CompletableFuture<>()));
  }

  /**
   * The same, holding the caller of a publish while it is open, for {@code atMost}: who publishes
   * one after the other keeps the order and loses nothing in a short outage. Never for a thread
   * that must not block.
   *
   * @param atMost above zero
   */
  public PublishBreaker waitingFor(Duration atMost) {
    if (atMost.isNegative() || atMost.isZero()) {
      throw new IllegalArgumentException(
          "the time to wait is " + atMost + ", must be above zero; without waitingFor none waits");
    }
    return new PublishBreaker(circuit, atMost, nanoTime, signs, change);
  }

  PublishBreaker withClock(LongSupplier nanoTime) {
    return new PublishBreaker(circuit, patience, nanoTime, signs, change);
  }

  /** What it is made of: to read its metrics, or to open it by hand. */
  public CircuitBreaker circuit() {
    return circuit;
  }

  @Override
  public PublishInterceptor forPublisher(PublisherHealth health) {
    return new PublishBreaker(circuit, patience, nanoTime, new OutageSigns(health), change);
  }

  @Override
  public List<Condition> conditions() {
    return List.of(Breaker.condition(circuit));
  }

  @Override
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    lookForSigns();
    if (!circuit.tryAcquirePermission()) {
      PublishException refused = refusedAfterWaiting(event, chain);
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
    }
    long start = circuit.getCurrentTimestamp();
    boolean isUnderWay = false;
    try {
      CompletableFuture<PublishResult> result = chain.proceed(event);
      isUnderWay = true;
      report(result, start);
      return result;
    } finally {
      if (!isUnderWay) {
        circuit.releasePermission();
      }
    }
  }

  private void lookForSigns() {
    if (signs == null || circuit.getState() != State.CLOSED) {
      return;
    }
    String sign = signs.at(nanoTime.getAsLong());
    if (sign != null && circuit.getState() == State.CLOSED) {
      LOG.atWarn()
          .addKeyValue("event", "breaker_opens")
          .addKeyValue("breaker", circuit.getName())
          .log("circuit breaker {} opens: {}", circuit.getName(), sign);
      circuit.transitionToOpenState();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the caller has the future itself
  private void report(CompletableFuture<PublishResult> result, long start) {
    result.whenComplete(
        (stored, failure) -> {
          long took = circuit.getCurrentTimestamp() - start;
          State before = circuit.getState();
          if (failure == null) {
            circuit.onSuccess(took, circuit.getTimestampUnit());
          } else if (isOfTheCluster(Failures.unwrapped(failure))) {
            circuit.onError(took, circuit.getTimestampUnit(), failure);
          } else {
            circuit.releasePermission();
          }
          lookForTransition(before);
        });
  }

  /** For itself, since a listener of the circuit costs each publish an event. */
  private void lookForTransition(State before) {
    State after = circuit.getState();
    if (before != after) {
      LOG.atInfo()
          .addKeyValue("event", "breaker_changed")
          .addKeyValue("breaker", circuit.getName())
          .addKeyValue("from", before)
          .addKeyValue("to", after)
          .log("circuit breaker {} was {} and is {}", circuit.getName(), before, after);
      requireNonNull(change.getAndSet(new CompletableFuture<>())).complete(null);
    }
  }

  private static boolean isOfTheCluster(Throwable failure) {
    return failure instanceof PublishException e
        && switch (e.failureClass()) {
          case TRANSIENT, UNKNOWN_OUTCOME, BACK_PRESSURE, CLIENT_LOST -> true;
          case REJECTED, SECURITY, CONFIGURATION, TRANSACTION_ABORTED, GROUP_CHANGED, INTERRUPTED ->
              false;
        };
  }

  /** Null: it may go on. */
  private @Nullable PublishException refusedAfterWaiting(Event<?> event, Chain chain) {
    long by = nanoTime.getAsLong() + patience.toNanos();
    while (true) {
      CompletableFuture<Void> next = requireNonNull(change.get());
      long left = by - nanoTime.getAsLong();
      if (left <= 0) {
        return refusal(event, chain, FailureClass.BACK_PRESSURE, null);
      }
      if (circuit.tryAcquirePermission()) {
        return null;
      }
      try {
        next.get(Math.min(left, untilProbe().toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException lookAgain) {
        // It may be the turn of a probe.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return refusal(event, chain, FailureClass.INTERRUPTED, e);
      }
    }
  }

  /** When the next probe may be due, and a moment, since until then means not yet. */
  private Duration untilProbe() {
    return Duration.ofMillis(
            circuit.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1))
        .plusMillis(2);
  }

  private PublishException refusal(
      Event<?> event, Chain chain, FailureClass why, @Nullable Throwable cause) {
    return new PublishException(
        PublishException.Outcome.NOT_STORED,
        why,
        "event %s was not published to topic %s: circuit breaker %s is %s%s"
            .formatted(
                event.id(),
                chain.topic().name(),
                circuit.getName(),
                circuit.getState(),
                patience.isZero() ? "" : ", and waiting for %s was in vain".formatted(patience)),
        cause);
  }
}
