package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.observability.IncomingTrace;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.RetryBudget;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsPlugin;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;

/** Ours, with its defaults but for what is said here. */
record KafkaEventsConsuming(Ordering ordering, int concurrency, EventsPlugin plugin)
    implements ConsumingContender {
  KafkaEventsConsuming(Ordering ordering, int concurrency) {
    this(ordering, concurrency, builder -> {});
  }

  /** With all that answers failures, and none to answer. */
  static KafkaEventsConsuming resilient(Ordering ordering, int concurrency) {
    return new KafkaEventsConsuming(
        ordering,
        concurrency,
        builder ->
            builder
                .onDelivery(DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart())
                .onDelivery(
                    Retry.upTo(5, Duration.ofMillis(100))
                        .within(Duration.ofMinutes(2))
                        .spending(RetryBudget.of(10, 0.1)))
                .onDelivery(Breaker.around("payments-db", SQLException.class::isInstance)));
  }

  /** With tracing installed, and a tracer that is off. */
  static KafkaEventsConsuming untraced(Ordering ordering, int concurrency) {
    return new KafkaEventsConsuming(
        ordering, concurrency, OpenTelemetryTracing.of(OpenTelemetry.noop()));
  }

  static KafkaEventsConsuming metered(Ordering ordering, int concurrency) {
    return new KafkaEventsConsuming(
        ordering,
        concurrency,
        MicrometerMetrics.of(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
  }

  /** With spans for so many of the traces, in batches to an exporter that drops them. */
  static KafkaEventsConsuming traced(Ordering ordering, int concurrency, double sampled) {
    return new KafkaEventsConsuming(
        ordering,
        concurrency,
        OpenTelemetryTracing.of(sdk(sampled))
            .withIncoming(sampled < 1 ? IncomingTrace.LINK : IncomingTrace.PARENT));
  }

  /** With a span that OpenTelemetry's SDK begins and ends, and none of our tracing. */
  static KafkaEventsConsuming bareSpans(Ordering ordering, int concurrency) {
    return new KafkaEventsConsuming(
        ordering, concurrency, new BareSpans(sdk(1).getTracer("bare"), false));
  }

  private static OpenTelemetry sdk(double sampled) {
    SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .setSampler(Sampler.traceIdRatioBased(sampled))
            .addSpanProcessor(BatchSpanProcessor.builder(new NoExport()).build())
            .build();
    return OpenTelemetrySdk.builder().setTracerProvider(tracers).build();
  }

  /** A stub in place of a collector. */
  private static final class NoExport implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Override
  public Events start(Source source, Handler handler) {
    Events events =
        KafkaEvents.builder(EventsConfig.of(EventHeaders.SOURCE, source.bootstrapServers()))
            .serde(JsonSerde.factory())
            .install(plugin)
            .build();
    events.subscribe(
        Topic.of(source.topic(), Sample.class).keyedBy(Sample::customer),
        SubscribeOptions.group(source.group()).withOrdering(ordering).withConcurrency(concurrency),
        delivery -> handler.handle(delivery.payload()));
    return events;
  }
}
