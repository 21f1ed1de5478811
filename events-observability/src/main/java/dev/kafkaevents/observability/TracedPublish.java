package dev.kafkaevents.observability;

import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.spi.PublishInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A producer span for each publish, whose context the event carries; and a client span for each
 * message that is sent with the context it was created in. Thread-safe.
 */
final class TracedPublish implements PublishInterceptor {
  private final Spans spans;
  private final TraceHeaders headers;

  TracedPublish(Spans spans, TraceHeaders headers) {
    this.spans = spans;
    this.headers = headers;
  }

  @Override
  public CompletableFuture<PublishResult> intercept(Event<?> event, Chain chain) {
    if (!spans.tracer.isEnabled()) {
      return chain.proceed(event);
    }
    Context caller = Context.current();
    Span span = spans.send(chain.topic(), event).setParent(caller).startSpan();
    Context sending = caller.with(span);
    return traced(
        caller,
        sending,
        span,
        () -> chain.proceed(event.withHeaders(headers.inject(event.headers(), sending))),
        PublishResult::position);
  }

  @Override
  public CompletableFuture<Position> interceptMessage(Message message, MessageChain chain) {
    if (!spans.tracer.isEnabled()) {
      return chain.proceed(message);
    }
    Context caller = Context.current();
    SpanContext created = Span.fromContext(headers.extract(message.headers())).getSpanContext();
    Span span = spans.send(message, created).setParent(caller).startSpan();
    Context sending = caller.with(span);
    return traced(
        caller,
        sending,
        span,
        () ->
            chain.proceed(
                created.isValid()
                    ? message
                    : message.withHeaders(headers.inject(message.headers(), sending))),
        position -> position);
  }

  @SuppressWarnings({
    "try", // a scope is there to be closed
    "FutureReturnValueIgnored" // the future returned here tells the same
  })
  private <R> CompletableFuture<R> traced(
      Context caller,
      Context sending,
      Span span,
      Supplier<CompletableFuture<R>> proceed,
      Function<R, Position> position) {
    CompletableFuture<R> published;
    try (Scope scope = sending.makeCurrent()) {
      published = proceed.get();
    } catch (Throwable e) {
      Spans.failed(span, e);
      span.end();
      throw e;
    }
    CompletableFuture<R> answer = new CompletableFuture<>();
    published.whenComplete(
        (result, failure) -> {
          end(span, result == null ? null : position.apply(result), failure);
          try (Scope scope = caller.makeCurrent()) {
            complete(answer, result, failure);
          }
        });
    return answer;
  }

  private void end(Span span, @Nullable Position position, @Nullable Throwable failure) {
    if (failure != null) {
      Spans.failed(span, failure);
    } else if (position != null) {
      spans.stored(span, position);
    }
    span.end();
  }

  private static <R> void complete(
      CompletableFuture<R> answer, @Nullable R result, @Nullable Throwable failure) {
    if (failure != null) {
      answer.completeExceptionally(failure);
    } else if (result != null) {
      answer.complete(result);
    }
  }
}
