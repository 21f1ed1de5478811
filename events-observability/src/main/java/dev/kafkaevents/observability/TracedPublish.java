package dev.kafkaevents.observability;

import dev.kafkaevents.Event;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.PublishInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A producer span for each publish, whose context the event carries. Thread-safe. */
final class TracedPublish implements PublishInterceptor {
  private final Spans spans;
  private final TraceHeaders headers;

  TracedPublish(Spans spans, TraceHeaders headers) {
    this.spans = spans;
    this.headers = headers;
  }

  @Override
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    return spans.tracer.isEnabled() ? traced(event, chain) : chain.proceed(event);
  }

  @SuppressWarnings({
    "try", // a scope is there to be closed
    "FutureReturnValueIgnored" // the future returned here tells the same
  })
  private CompletableFuture<PublishResult> traced(Event<?> event, Chain chain) {
    Context caller = Context.current();
    Span span = spans.send(chain.topic(), event).setParent(caller).startSpan();
    Context sending = caller.with(span);
    CompletableFuture<PublishResult> published;
    try (Scope scope = sending.makeCurrent()) {
      published = chain.proceed(event.withHeaders(headers.inject(event.headers(), sending)));
    } catch (Throwable e) {
      Spans.failed(span, e);
      span.end();
      throw e;
    }
    CompletableFuture<PublishResult> answer = new CompletableFuture<>();
    published.whenComplete(
        (result, failure) -> {
          end(span, result, failure);
          try (Scope scope = caller.makeCurrent()) {
            complete(answer, result, failure);
          }
        });
    return answer;
  }

  private void end(Span span, @Nullable PublishResult result, @Nullable Throwable failure) {
    if (failure != null) {
      Spans.failed(span, failure);
    } else if (result != null) {
      spans.stored(span, result.position());
    }
    span.end();
  }

  private static void complete(
      CompletableFuture<PublishResult> answer,
      @Nullable PublishResult result,
      @Nullable Throwable failure) {
    if (failure != null) {
      answer.completeExceptionally(failure);
    } else if (result != null) {
      answer.complete(result);
    }
  }
}
