package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import dev.kafkaevents.spi.PublishInterceptor;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletableFuture;

/**
 * A span of OpenTelemetry's SDK that begins and ends around each publish and each delivery, and
 * nothing else: no context is read, made current or sent, and no outcome waited for. What of the
 * cost of tracing is out of our hands.
 */
record BareSpans(Tracer tracer, boolean withAttributes) implements EventsPlugin {
  /** As many as ours has when it begins, the same for all. */
  private static final Attributes ATTRIBUTES =
      Attributes.of(
          AttributeKey.stringKey("messaging.system"), "kafka",
          AttributeKey.stringKey("messaging.operation.name"), "send",
          AttributeKey.stringKey("messaging.operation.type"), "send",
          AttributeKey.stringKey("messaging.destination.name"), "orders",
          AttributeKey.stringKey("messaging.destination.partition.id"), "3",
          AttributeKey.longKey("messaging.kafka.offset"), 42L);

  @Override
  public void install(EventsBuilder builder) {
    builder.onPublish(this::publish).onDelivery(this::deliver);
  }

  private Span start(SpanKind kind) {
    var builder = tracer.spanBuilder("bare").setSpanKind(kind).setParent(Context.root());
    return (withAttributes ? builder.setAllAttributes(ATTRIBUTES) : builder).startSpan();
  }

  private CompletableFuture<PublishResult> publish(Event<?> event, PublishInterceptor.Chain chain) {
    Span span = start(SpanKind.PRODUCER);
    CompletableFuture<PublishResult> published = chain.proceed(event);
    span.end();
    return published;
  }

  private Settlement deliver(Delivery<?> delivery, DeliveryInterceptor.Chain chain)
      throws Exception {
    Span span = start(SpanKind.CONSUMER);
    Settlement settlement = chain.proceed(delivery);
    span.end();
    return settlement;
  }
}
