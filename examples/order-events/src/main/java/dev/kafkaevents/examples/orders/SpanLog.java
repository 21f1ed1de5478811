package dev.kafkaevents.examples.orders;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs spans, in place of an exporter that sends them to a collector. */
final class SpanLog implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(SpanLog.class);

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    for (SpanData span : spans) {
      LOG.atInfo()
          .addKeyValue("trace_id", span.getTraceId())
          .addKeyValue("span_id", span.getSpanId())
          .addKeyValue("parent_id", span.getParentSpanId())
          .addKeyValue("us", (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1_000)
          .addKeyValue("status", span.getStatus().getStatusCode())
          .log("span {}", span.getName());
    }
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
