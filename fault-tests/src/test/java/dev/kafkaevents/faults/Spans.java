package dev.kafkaevents.faults;

import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The real SDK, and the spans it has exported. */
final class Spans {
  final OpenTelemetry openTelemetry;
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  Spans() {
    this(Sampler.alwaysOn());
  }

  Spans(Sampler sampler) {
    openTelemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
  }

  /** All that have ended, as they began. */
  List<SpanData> ended() {
    return exporter.getFinishedSpanItems().stream()
        .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
        .toList();
  }

  /** The spans called {@code name}, once there are {@code count}, as they began. */
  List<SpanData> named(String name, int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> named(name).size() >= count);
    return named(name);
  }

  private List<SpanData> named(String name) {
    return ended().stream().filter(span -> span.getName().equals(name)).toList();
  }

  /** The one span called {@code name}. */
  SpanData one(String name) {
    return named(name, 1).get(0);
  }

  static @Nullable Object attribute(SpanData span, String name) {
    return span.getAttributes().asMap().entrySet().stream()
        .filter(entry -> ((AttributeKey<?>) entry.getKey()).getKey().equals(name))
        .map(java.util.Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }
}
