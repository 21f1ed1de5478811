package dev.kafkaevents.examples.orders;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.UnsentException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The use case: fetches orders, publishes them, and when it returns every one of them has its
 * outcome. It stops at the first failure that is not the order's own: what Kafka does not take now
 * it does not take from the next either, and the export can be published again.
 */
final class PublishOrders {
  private static final Logger LOG = LoggerFactory.getLogger(PublishOrders.class);

  /** Enough to keep the producer's batches full, and little enough for any heap. */
  static final int MOST_IN_FLIGHT = 1_000;

  private static final Duration TELLING = Duration.ofSeconds(5);

  private final OrderGateway gateway;
  private final EventPublisher events;
  private final OrderPublisher publisher;
  private final Tracer tracer;

  private final Semaphore room = new Semaphore(MOST_IN_FLIGHT);
  private final AtomicLong handedOver = new AtomicLong();
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong invalid = new AtomicLong();
  private final Map<FailureClass, Long> failures = new ConcurrentSkipListMap<>();

  /** Held while an order is handed over, so that {@link #stop} is between two of them. */
  private final ReentrantLock handingOver = new ReentrantLock();

  private volatile boolean stopped;

  /** All there is to say of a run so far. */
  record Report(long published, long invalid, Map<FailureClass, Long> failures, long remaining) {
    /** Whether every order that was fetched is on the topic. */
    boolean isComplete() {
      return invalid == 0 && failures.isEmpty() && remaining == 0;
    }

    @Override
    public String toString() {
      return "%,d published, %,d invalid, %s, %,d remaining without an outcome"
          .formatted(
              published,
              invalid,
              failures.isEmpty() ? "none failed" : "failed: " + failures,
              remaining);
    }
  }

  PublishOrders(OrderGateway gateway, EventPublisher events, Tracer tracer) {
    this.gateway = gateway;
    this.events = events;
    this.publisher = new OrderPublisher(events);
    this.tracer = tracer;
  }

  /**
   * Publishes all there are, and flushes before it tells how many.
   *
   * @param flushTimeout how long the last of them may take
   */
  Report run(Duration flushTimeout) throws IOException, InterruptedException {
    Span span = tracer.spanBuilder("publish orders").startSpan();
    Scope scope = span.makeCurrent();
    try {
      while (!stopped && failures.keySet().stream().allMatch(FailureClass.REJECTED::equals)) {
        try {
          Order order = gateway.fetch();
          if (order == null) {
            break;
          }
          publish(order);
        } catch (InvalidOrderException e) {
          invalid.incrementAndGet();
          LOG.atWarn().addKeyValue("reason", e.getMessage()).log("order invalid");
        }
      }
      Report report = drain(flushTimeout);
      span.setAttribute("orders.published", report.published());
      return report;
    } finally {
      scope.close();
      span.end();
    }
  }

  private void publish(Order order) throws InterruptedException {
    room.acquire();
    handingOver.lock();
    try {
      if (stopped) {
        room.release();
        return;
      }
      handedOver.incrementAndGet();
      LOG.atDebug().addKeyValue("order_id", order.id()).log("order handed over");
      Span span = Span.current();
      var unused =
          publisher
              .publish(order)
              .whenComplete((result, failure) -> ended(order, span, result, failure));
    } finally {
      handingOver.unlock();
    }
  }

  private void ended(
      Order order, Span span, @Nullable PublishResult result, @Nullable Throwable failure) {
    if (result != null) {
      published.incrementAndGet();
      LOG.atInfo()
          .addKeyValue("order_id", order.id())
          .addKeyValue("event_id", result.eventId())
          .addKeyValue("position", result.position())
          .addKeyValue("trace_id", span.getSpanContext().getTraceId())
          .log("order published");
    } else {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      FailureClass failureClass =
          cause instanceof PublishException known
              ? known.failureClass()
              : FailureClass.UNKNOWN_OUTCOME;
      failures.merge(failureClass, 1L, Long::sum);
      LOG.atError()
          .addKeyValue("order_id", order.id())
          .addKeyValue("failure", failureClass)
          .addKeyValue("trace_id", span.getSpanContext().getTraceId())
          .log("order not published: {}", cause == null ? "" : cause.getMessage());
    }
    room.release();
  }

  /** Waits until all that is handed over has its outcome, for {@code timeout}, and tells. */
  Report drain(Duration timeout) throws InterruptedException {
    try {
      events.flush(timeout);
      // All have their outcome, and of the last the client's thread may be telling us just now.
      if (room.tryAcquire(MOST_IN_FLIGHT, TELLING.toMillis(), TimeUnit.MILLISECONDS)) {
        room.release(MOST_IN_FLIGHT);
      }
    } catch (UnsentException e) {
      LOG.atError().addKeyValue("unsent", e.unsent()).log("not all orders have an outcome");
    }
    return report();
  }

  /** Hands over no more orders. Those that are, get their outcome. */
  void stop() {
    handingOver.lock();
    try {
      stopped = true;
    } finally {
      handingOver.unlock();
    }
  }

  /** What is known now. */
  private Report report() {
    Map<FailureClass, Long> failed = Map.copyOf(failures);
    long outcomes = published.get() + failed.values().stream().mapToLong(Long::longValue).sum();
    return new Report(published.get(), invalid.get(), failed, handedOver.get() - outcomes);
  }
}
