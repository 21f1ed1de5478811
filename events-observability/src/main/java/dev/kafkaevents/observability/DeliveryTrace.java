package dev.kafkaevents.observability;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.ContextKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The span of the delivery under way, found by what happens inside of it even if a handler has made
 * another one current. Confined to the thread of the delivery.
 */
final class DeliveryTrace {
  static final ContextKey<DeliveryTrace> KEY = ContextKey.named("kafka-events-delivery");

  final Span span;
  private @Nullable Instant lastFailure;

  DeliveryTrace(Span span) {
    this.span = span;
  }

  void failedAt(Instant time) {
    lastFailure = time;
  }

  /** When the last attempt failed; null if none did. */
  @Nullable Instant lastFailure() {
    return lastFailure;
  }
}
