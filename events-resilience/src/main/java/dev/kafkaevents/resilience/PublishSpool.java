package dev.kafkaevents.resilience;

import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.PublishInterceptor.Chain;
import dev.kafkaevents.spi.Publishing;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spool of one publisher, whose circuit says when to begin. Messages go to the cluster on two
 * ways, and never on both at once: directly while nothing is spooled, through {@link
 * Publishing#resend} while anything is. Used by many threads.
 */
final class PublishSpool implements SpoolOutlet {
  private final Spool spool;
  private final Publishing publishing;
  private final CircuitBreaker circuit;
  private final PublishBreaker breaker;

  /** In the publisher's own producer, and may yet be stored; what is spooled waits for these. */
  private final AtomicLong direct = new AtomicLong();

  /** Confined to the thread that replays. */
  private boolean isProbing;

  PublishSpool(Spool spool, Publishing publishing, PublishBreaker breaker) {
    this.spool = spool;
    this.publishing = publishing;
    this.breaker = breaker;
    this.circuit = breaker.circuit();
  }

  void begin() {
    spool.replayTo(this, publishing);
  }

  boolean holdsAny() {
    return spool.holdsAny();
  }

  /** As the producer would have got it, behind all interceptors. */
  CompletableFuture<PublishResult> take(Event<?> event, Chain chain) {
    return chain.proceed(
        event,
        message ->
            spool.take(
                message, "event %s for topic %s".formatted(event.id(), chain.topic().name())));
  }

  CompletableFuture<Position> take(Message message) {
    return spool.take(message, "a message for topic " + message.topic());
  }

  /** What goes past the spool is counted before it is sent, until it has its outcome. */
  @SuppressWarnings("FutureReturnValueIgnored") // the caller has the future itself
  <R> CompletableFuture<R> direct(Supplier<CompletableFuture<R>> send) {
    direct.incrementAndGet();
    @Nullable CompletableFuture<R> sent = null;
    try {
      sent = send.get();
      return sent;
    } finally {
      if (sent == null) {
        direct.decrementAndGet();
      } else {
        sent.whenComplete((stored, failure) -> direct.decrementAndGet());
      }
    }
  }

  @Override
  public int room() {
    if (direct.get() != 0) {
      return 0;
    }
    switch (circuit.getState()) {
      case CLOSED, DISABLED, METRICS_ONLY -> {
        return Integer.MAX_VALUE;
      }
      case OPEN, HALF_OPEN, FORCED_OPEN -> {
        // A permit that was not used, since there was nothing to send or the disk failed, still
        // counts.
        isProbing = isProbing || circuit.tryAcquirePermission();
        return isProbing ? 1 : 0;
      }
    }
    throw new IllegalStateException(circuit.getState().toString());
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }

  @Override
  public CompletableFuture<Position> send(Message message) {
    return publishing.resend(message);
  }

  @Override
  public void stored() {
    probed(null);
  }

  @Override
  public void failed(Throwable failure) {
    probed(failure);
  }

  private void probed(@Nullable Throwable failure) {
    if (isProbing) {
      isProbing = false;
      breaker.ended(failure, circuit.getCurrentTimestamp());
    }
  }
}
