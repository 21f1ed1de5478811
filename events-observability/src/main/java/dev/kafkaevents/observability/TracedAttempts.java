package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.spi.EventsProbe;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Duration;

/** Failed attempts and scheduled retries, as events of the span of their delivery. */
final class TracedAttempts implements EventsProbe {
  @Override
  public void attemptFailed(Delivery<?> delivery, Throwable failure) {
    Span span = Context.current().get(TracedDelivery.DELIVERY);
    if (span != null) {
      span.addEvent(
          "attempt failed",
          Attributes.of(
              MessagingConventions.ATTEMPT,
              (long) delivery.attempt(),
              MessagingConventions.ERROR_TYPE,
              Spans.errorType(failure)));
    }
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    Span span = Context.current().get(TracedDelivery.DELIVERY);
    if (span != null) {
      span.addEvent(
          "retry scheduled",
          Attributes.of(
              MessagingConventions.ATTEMPT,
              delivery.attempt() + 1L,
              MessagingConventions.RETRY_DELAY,
              delay.toNanos() / 1e9));
    }
  }
}
