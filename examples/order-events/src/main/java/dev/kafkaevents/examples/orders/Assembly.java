package dev.kafkaevents.examples.orders;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.observability.LogContext;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.serde.json.JsonSerde;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

/** What the application is made of; nothing else is. */
record Assembly(OpenTelemetrySdk telemetry, Events events) implements AutoCloseable {
  static Assembly of(EventsConfig config, NameMapper names) {
    OpenTelemetrySdk telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(new SpanLog()))
                    .build())
            .build();
    return new Assembly(
        telemetry,
        KafkaEvents.builder(config)
            .serde(JsonSerde.factory())
            .install(OpenTelemetryTracing.of(telemetry))
            .install(LogContext.ofDeliveries())
            .names(names)
            .build());
  }

  PublishOrders publishOrders(OrderGateway gateway) {
    return new PublishOrders(gateway, events, tracer());
  }

  private Tracer tracer() {
    return telemetry.getTracer("order-events");
  }

  @Override
  public void close() {
    events.close();
    telemetry.close();
  }
}
