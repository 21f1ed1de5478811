package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.util.function.Function;

/** A consumer span around each delivery, with all its attempts. Thread-safe. */
final class TracedDelivery implements DeliveryInterceptor {
  /**
   * The span of the delivery under way, found by what happens inside of it even if a handler has
   * made another one current.
   */
  static final ContextKey<Span> DELIVERY = ContextKey.named("kafka-events-delivery");

  private final Spans spans;
  private final TraceHeaders headers;
  private final Function<String, IncomingTrace> incoming;

  TracedDelivery(Spans spans, TraceHeaders headers, Function<String, IncomingTrace> incoming) {
    this.spans = spans;
    this.headers = headers;
    this.incoming = incoming;
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    return spans.tracer.isEnabled() ? traced(delivery, chain) : chain.proceed(delivery);
  }

  @SuppressWarnings("try") // a scope is there to be closed
  private Settlement traced(Delivery<?> delivery, Chain chain) throws Exception {
    IncomingTrace meaning = incoming.apply(delivery.topic().name());
    Context arrived =
        meaning == IncomingTrace.IGNORE
            ? Context.root()
            : headers.extract(delivery.message().headers());
    SpanContext created = Span.fromContext(arrived).getSpanContext();
    // A link to what is also the parent: where batches are drawn, links are what is followed.
    SpanBuilder builder = spans.process(delivery);
    if (created.isValid()) {
      builder.addLink(created);
    }
    Context parent = meaning == IncomingTrace.PARENT ? arrived : Context.root();
    Span span = builder.setParent(parent).startSpan();
    Context context = parent.with(span).with(DELIVERY, span);
    try (Scope scope = context.makeCurrent()) {
      Settlement settlement = chain.proceed(delivery);
      spans.settled(span, delivery, settlement);
      return settlement;
    } catch (InterruptedException e) {
      // The subscription closes or has lost the partition; the record is delivered again.
      span.setAttribute(MessagingConventions.SETTLEMENT, "left");
      throw e;
    } catch (Throwable e) {
      span.setAttribute(MessagingConventions.SETTLEMENT, "failed");
      Spans.failed(span, e);
      throw e;
    } finally {
      span.end();
    }
  }
}
