package dev.kafkaevents.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Headers;
import dev.kafkaevents.Settlement;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {
  private final Map<String, String> seen = new HashMap<>();

  @AfterEach
  void clear() {
    MDC.clear();
  }

  private Settlement handle() {
    seen.putAll(MDC.getCopyOfContextMap());
    MDC.put("left", "behind");
    return Settlement.handled();
  }

  @Test
  void handlerSeesWhereTheRecordIs_andTheMdcIsAsBefore() throws Exception {
    MDC.put("mine", "1");
    MDC.put("event_id", "outer");
    Assembled.of(LogContext.ofDeliveries())
        .deliver(new OneRecord(Headers.of("ce_id", "e-1").with("token", "secret")), this::handle);
    assertThat(seen)
        .containsOnly(
            Map.entry("mine", "1"),
            Map.entry("messaging.destination.name", "orders"),
            Map.entry("messaging.destination.partition.id", "3"),
            Map.entry("messaging.kafka.offset", "42"),
            Map.entry("messaging.consumer.group.name", "billing"),
            Map.entry("event_id", "e-1"));
    assertThat(MDC.getCopyOfContextMap())
        .containsOnly(Map.entry("mine", "1"), Map.entry("event_id", "outer"));
  }

  @Test
  void handlerThatThrows_leavesNothingBehind() {
    assertThatThrownBy(
            () ->
                Assembled.of(LogContext.ofDeliveries())
                    .deliver(
                        new OneRecord(Headers.empty()),
                        () -> {
                          handle();
                          throw new IOException("no");
                        }))
        .isInstanceOf(IOException.class);
    assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    assertThat(seen).doesNotContainKeys("event_id", "trace_id");
  }

  @Test
  void idThatWouldWriteLinesOfTheLog_isMadeHarmless() throws Exception {
    Assembled.of(LogContext.ofDeliveries())
        .deliver(
            new OneRecord(Headers.of("ce_id", "a\nERROR \u001b[31mfake\u2028é" + "x".repeat(500))),
            this::handle);
    assertThat(seen.get("event_id")).startsWith("a?ERROR ?[31mfake??x").hasSize(128);
  }

  @Test
  void afterTracing_theIdsOfTheSpanAreThere() throws Exception {
    OpenTelemetrySdk openTelemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(InMemorySpanExporter.create()))
                    .build())
            .build();
    Assembled.of(OpenTelemetryTracing.of(openTelemetry), LogContext.ofDeliveries())
        .deliver(
            new OneRecord(
                Headers.of(
                    "traceparent", "00-11111111111111111111111111111111-2222222222222222-01")),
            this::handle);
    assertThat(seen).containsEntry("trace_id", "1".repeat(32)).containsKey("span_id");
    assertThat(seen.get("span_id")).isNotEqualTo("2222222222222222");
  }
}
