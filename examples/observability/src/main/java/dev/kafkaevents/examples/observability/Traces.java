package dev.kafkaevents.examples.observability;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Keeps spans in place of a collector, to print whole traces when the run is over. */
final class Traces implements SpanExporter {
  private final ConcurrentLinkedQueue<SpanData> spans = new ConcurrentLinkedQueue<>();

  @Override
  public CompletableResultCode export(Collection<SpanData> ended) {
    spans.addAll(ended);
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

  /** The longest trace that has a span whose name ends with {@code name}, as a tree. */
  String treeWith(String name) {
    Map<String, List<SpanData>> traces =
        spans.stream().collect(Collectors.groupingBy(SpanData::getTraceId));
    return traces.values().stream()
        .filter(trace -> trace.stream().anyMatch(span -> span.getName().endsWith(name)))
        .max(Comparator.comparingInt(List::size))
        .map(trace -> "trace " + trace.get(0).getTraceId() + "\n" + below(trace, "0".repeat(16), 1))
        .orElse("no trace with " + name + "\n");
  }

  private static String below(List<SpanData> trace, String parent, int depth) {
    StringBuilder text = new StringBuilder();
    trace.stream()
        .filter(span -> span.getParentSpanId().equals(parent))
        .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
        .forEach(
            span -> {
              String indent = "  ".repeat(depth);
              text.append(
                  "%s%s  %.1f ms  %s%n"
                      .formatted(
                          indent,
                          span.getName(),
                          (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e6,
                          span.getStatus().getStatusCode()));
              for (EventData event : span.getEvents()) {
                text.append(indent).append("  . ").append(event.getName());
                event
                    .getAttributes()
                    .forEach(
                        (key, value) -> text.append(' ').append(key).append('=').append(value));
                text.append('\n');
              }
              text.append(below(trace, span.getSpanId(), depth + 1));
            });
    return text.toString();
  }
}
