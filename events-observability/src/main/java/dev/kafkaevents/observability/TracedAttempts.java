package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.spi.EventsProbe;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/**
 * Failed attempts and scheduled retries, as events of the span of their delivery. The SDK's clock
 * is not to be had, and is some microseconds off: all that is told of failures goes by one clock.
 */
final class TracedAttempts implements EventsProbe {
  @Override
  public void attemptFailed(Delivery<?> delivery, Throwable failure) {
    DeliveryTrace trace = Context.current().get(DeliveryTrace.KEY);
    if (trace != null) {
      Instant now = Instant.now();
      trace.failedAt(now);
      trace.span.addEvent(
          "attempt failed",
          Attributes.of(
              MessagingConventions.ATTEMPT,
              (long) delivery.attempt(),
              MessagingConventions.ERROR_TYPE,
              Spans.errorType(failure)),
          now);
    }
  }

  @Override
  public void retryScheduled(Delivery<?> delivery, Duration delay) {
    DeliveryTrace trace = Context.current().get(DeliveryTrace.KEY);
    if (trace != null) {
      trace.span.addEvent(
          "retry scheduled",
          Attributes.of(
              MessagingConventions.ATTEMPT,
              delivery.attempt() + 1L,
              MessagingConventions.RETRY_DELAY,
              delay.toNanos() / 1e9),
          Instant.now());
    }
  }
}
