package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Map;
import org.slf4j.MDC;

/**
 * Says in the MDC of the log which record is at work, for every line that is logged on the thread
 * of its handler, also by retries and dead letters that are installed after this. What the MDC had
 * before is there again afterwards.
 *
 * <pre>{@code
 * KafkaEvents.builder(config)
 *     .install(OpenTelemetryTracing.of(openTelemetry))
 *     .install(LogContext.ofDeliveries())
 * }</pre>
 *
 * <ul>
 *   <li>{@code messaging.destination.name}, {@code messaging.destination.partition.id}, {@code
 *       messaging.kafka.offset}: where the record is
 *   <li>{@code messaging.consumer.group.name}: who handles it
 *   <li>{@code event_id}: the id of the event, if the record has one; what is no printable ASCII in
 *       it is written as {@code ?}, and past 128 characters it is cut
 *   <li>{@code trace_id}, {@code span_id}: of the span that is current, if {@link
 *       OpenTelemetryTracing} was installed before this
 * </ul>
 *
 * <p>Never a key, a payload, or any other header.
 */
public final class LogContext implements EventsPlugin {
  private static final LogContext INSTANCE = new LogContext();

  private LogContext() {}

  /** The context of each delivery. */
  public static LogContext ofDeliveries() {
    return INSTANCE;
  }

  @Override
  public void install(EventsBuilder builder) {
    builder.onDelivery(new InMdc(TraceIds.orNone()));
  }

  /** Sets and restores the MDC. Thread-safe. */
  private record InMdc(TraceIds traceIds) implements DeliveryInterceptor {
    private static final int MAX_ID = 128;

    @Override
    public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
      Map<String, String> before = MDC.getCopyOfContextMap();
      Position position = delivery.position();
      MDC.put("messaging.destination.name", position.topic());
      MDC.put("messaging.destination.partition.id", Integer.toString(position.partition()));
      MDC.put("messaging.kafka.offset", Long.toString(position.offset()));
      MDC.put("messaging.consumer.group.name", delivery.group());
      String id = delivery.message().headers().text("ce_id");
      if (id != null) {
        MDC.put("event_id", printable(id));
      }
      traceIds.put();
      try {
        return chain.proceed(delivery);
      } finally {
        if (before == null) {
          MDC.clear();
        } else {
          MDC.setContextMap(before);
        }
      }
    }

    /** Whoever wrote the record chose it, and must not write lines of the log with it. */
    private static String printable(String id) {
      int length = Math.min(id.length(), MAX_ID);
      StringBuilder text = new StringBuilder(length);
      for (int i = 0; i < length; i++) {
        char c = id.charAt(i);
        text.append(c >= ' ' && c <= '~' ? c : '?');
      }
      return text.toString();
    }
  }

  /** Where the trace is known, if anywhere. */
  @FunctionalInterface
  private interface TraceIds {
    void put();

    static TraceIds orNone() {
      try {
        Class.forName("io.opentelemetry.api.trace.Span");
        return new OfCurrentSpan();
      } catch (ClassNotFoundException | LinkageError withoutOpenTelemetry) {
        return () -> {};
      }
    }
  }

  /** The only part that needs OpenTelemetry, so that the rest does without. */
  private static final class OfCurrentSpan implements TraceIds {
    @Override
    public void put() {
      SpanContext span = Span.current().getSpanContext();
      if (span.isValid()) {
        MDC.put("trace_id", span.getTraceId());
        MDC.put("span_id", span.getSpanId());
      }
    }
  }
}
