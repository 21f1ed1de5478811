package dev.kafkaevents;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for the stages of an asynchronous handler, so that to the engine it is like any other. */
record AwaitingHandler<T>(AsyncEventHandler<T> handler, @Nullable Duration timeout)
    implements EventHandler<T> {

  @Override
  public void handle(Delivery<T> delivery) throws Exception {
    await(handler.handle(delivery), delivery);
  }

  @Override
  public void handleTombstone(Delivery<T> delivery) throws Exception {
    await(handler.handleTombstone(delivery), delivery);
  }

  private void await(CompletionStage<?> stage, Delivery<T> delivery) throws Exception {
    if (stage == null) {
      throw new EventsException(
          "the handler returned null in place of a stage, at " + delivery.position());
    }
    CompletableFuture<?> future = stage.toCompletableFuture();
    try {
      if (timeout == null) {
        future.get();
      } else {
        future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new EventsException(
          "the handler of group %s did not complete its stage for %s within %s"
              .formatted(delivery.group(), delivery.position(), timeout),
          e);
    } catch (ExecutionException e) {
      throw failureOf(e);
    }
  }

  private static Exception failureOf(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof Exception exception ? exception : e;
  }

  static RejectedException noTombstones(Delivery<?> delivery, String handlerType) {
    return new RejectedException(
        "the record at %s is a tombstone, and the %s of group %s does not override handleTombstone"
            .formatted(delivery.position(), handlerType, delivery.group()));
  }
}
