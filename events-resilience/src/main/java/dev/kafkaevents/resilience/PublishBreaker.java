package dev.kafkaevents.resilience;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Condition;
import dev.kafkaevents.Event;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Publishing;
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
 * FailureClass#BACK_PRESSURE}, unless it {@linkplain #waitingFor waits} or is {@linkplain
 * #spoolingTo kept on disk}. Each second one goes through as a probe; the first that is stored
 * closes it. What was published before it opened is not touched: it is stored when the cluster is
 * back, if that is in time.
 *
 * <p>Bytes sent as they are, such as dead letters, and tombstones are let through unless it spools.
 */
public final class PublishBreaker implements PublishInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(PublishBreaker.class);

  private static final Duration WAIT_IN_OPEN = Duration.ofSeconds(1);

  private final CircuitBreaker circuit;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final @Nullable OutageSigns signs;

  /** What is refused goes there, once this is installed. */
  private final @Nullable Spool spool;

  private final @Nullable PublishSpool installed;

  /** Completes when those that wait should look again. Shared by copies, like the circuit. */
  private final AtomicReference<CompletableFuture<Void>> change;

  private PublishBreaker(
      CircuitBreaker circuit,
      Duration patience,
      LongSupplier nanoTime,
      AtomicReference<CompletableFuture<Void>> change,
      @Nullable Spool spool,
      @Nullable Publishing publishing) {
    this.circuit = circuit;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.change = change;
    this.spool = spool;
    this.signs = publishing == null ? null : new OutageSigns(publishing.health());
    this.installed =
        publishing == null || spool == null ? null : new PublishSpool(spool, publishing, this);
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
        new AtomicReference<>(new CompletableFuture<>()),
        null,
        null);
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
    return new PublishBreaker(circuit, atMost, nanoTime, change, spool, null);
  }

  /**
   * The same, keeping on disk what it would refuse; and while it is open, or anything is on the
   * disk, tombstones and messages that are sent as they are, dead letters for example. Such a
   * publish fails with {@link PublishException.Outcome#SPOOLED} when the disk has it; when the
   * cluster is back it is stored, in the order of publishing, and before anything newer. {@link
   * Spool#storedOrSpooled} is for callers to whom that is as good.
   *
   * <p>What was in the send buffer when it opened stays there, and goes before what is spooled. If
   * it is not stored within the publish time-out, its publish fails as unknown. A long {@link
   * dev.kafkaevents.EventsConfig#withPublishTimeout publish time-out} lets it wait for the cluster.
   * A flush waits for that buffer, and not for the disk.
   *
   * <p>A cluster that does not tell of a topic opens it at once; that first publish fails with
   * {@link PublishException.Outcome#NOT_STORED}.
   *
   * @param spool for this publisher alone
   */
  public PublishBreaker spoolingTo(Spool spool) {
    return new PublishBreaker(circuit, patience, nanoTime, change, spool, null);
  }

  PublishBreaker withClock(LongSupplier nanoTime) {
    return new PublishBreaker(circuit, patience, nanoTime, change, spool, null);
  }

  /** What it is made of: to read its metrics, or to open it by hand. */
  public CircuitBreaker circuit() {
    return circuit;
  }

  @Override
  public PublishInterceptor forPublisher(Publishing publishing) {
    PublishBreaker its = new PublishBreaker(circuit, patience, nanoTime, change, spool, publishing);
    if (its.installed != null) {
      its.installed.begin();
    }
    return its;
  }

  @Override
  public List<Condition> conditions() {
    Condition breaker = Breaker.condition(circuit);
    return spool == null ? List.of(breaker) : List.of(breaker, spool.contents());
  }

  @Override
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    if (installed == null) {
      PublishException refused = refused(event, chain);
      return refused == null ? publish(event, chain) : CompletableFuture.failedFuture(refused);
    }
    if (installed.holdsAny()) {
      return installed.take(event, chain);
    }
    PublishException refused = refused(event, chain);
    if (refused == null) {
      return installed.direct(() -> publish(event, chain));
    }
    return refused.failureClass() == FailureClass.BACK_PRESSURE
        ? installed.take(event, chain)
        : CompletableFuture.failedFuture(refused);
  }

  @Override
  public CompletableFuture<Position> interceptMessage(Message message, MessageChain chain) {
    if (installed == null) {
      return chain.proceed(message);
    }
    return installed.holdsAny() || isOpen()
        ? installed.take(message)
        : installed.direct(() -> chain.proceed(message));
  }

  private boolean isOpen() {
    return switch (circuit.getState()) {
      case OPEN, FORCED_OPEN, HALF_OPEN -> true;
      case CLOSED, DISABLED, METRICS_ONLY -> false;
    };
  }

  /** Null: it may go on, and has a permit. */
  private @Nullable PublishException refused(Event<?> event, Chain chain) {
    lookForSigns();
    return circuit.tryAcquirePermission() ? null : refusedAfterWaiting(event, chain);
  }

  private CompletableFuture<PublishResult> publish(Event<?> event, Chain chain) {
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
    result.whenComplete((stored, failure) -> ended(failure, start));
  }

  /** What had a permit since {@code start} has its outcome. */
  void ended(@Nullable Throwable failure, long start) {
    long took = circuit.getCurrentTimestamp() - start;
    State before = circuit.getState();
    if (failure == null) {
      circuit.onSuccess(took, circuit.getTimestampUnit());
    } else if (isOfTheCluster(Failures.unwrapped(failure))) {
      circuit.onError(took, circuit.getTimestampUnit(), failure);
      openIfNothingIsTaken(Failures.unwrapped(failure));
    } else {
      circuit.releasePermission();
    }
    lookForTransition(before);
  }

  /** A spool is of use from the first publish on that did not even reach the send buffer. */
  private void openIfNothingIsTaken(Throwable failure) {
    if (installed != null
        && failure instanceof PublishException e
        && e.outcome() == PublishException.Outcome.NOT_STORED
        && circuit.getState() == State.CLOSED) {
      circuit.transitionToOpenState();
    }
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
