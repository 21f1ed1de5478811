package dev.kafkaevents.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Headers;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.baggage.BaggageEntry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trace context and baggage on the headers of a record, as the W3C writes them. Whatever was there
 * under their names is replaced and never added to; what comes in is measured before it is parsed.
 * Immutable.
 */
final class TraceHeaders {
  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";
  private static final String BAGGAGE = "baggage";

  /** Of version 00, which is the only one. */
  private static final int TRACEPARENT_BYTES = 55;

  /** What the recommendation lets nobody cut off, and no more. */
  private static final int TRACESTATE_BYTES = 512;

  private static final int BAGGAGE_BYTES = 512;
  private static final int BAGGAGE_ENTRIES = 8;

  private static final TextMapGetter<Headers> GETTER =
      (headers, name) -> {
        byte[] value = headers == null ? null : headers.value(name);
        return value == null || !fits(name, value.length) ? null : new String(value, UTF_8);
      };

  private final Set<String> baggageKeys;

  TraceHeaders(Set<String> baggageKeys) {
    this.baggageKeys = baggageKeys;
  }

  private static boolean fits(String name, int bytes) {
    return switch (name) {
      case TRACEPARENT -> bytes == TRACEPARENT_BYTES;
      case TRACESTATE -> bytes <= TRACESTATE_BYTES;
      default -> bytes <= BAGGAGE_BYTES;
    };
  }

  private static boolean isOurs(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case TRACEPARENT, TRACESTATE, BAGGAGE -> true;
      default -> false;
    };
  }

  /** {@code headers} with the span of {@code context}, and the baggage that may leave. */
  Headers inject(Headers headers, Context context) {
    List<Headers.Header> carried = new ArrayList<>();
    for (Headers.Header header : headers) {
      if (!isOurs(header.name())) {
        carried.add(header);
      }
    }
    W3CTraceContextPropagator.getInstance().inject(context, carried, TraceHeaders::add);
    if (!baggageKeys.isEmpty()) {
      Context allowed = Context.root().with(allowed(Baggage.fromContext(context)));
      W3CBaggagePropagator.getInstance().inject(allowed, carried, TraceHeaders::add);
    }
    return Headers.of(carried);
  }

  private static void add(@Nullable List<Headers.Header> headers, String name, String value) {
    if (headers != null) {
      headers.add(new Headers.Header(name, value.getBytes(UTF_8)));
    }
  }

  /** What a record brought, in a context of its own. */
  Context extract(Headers headers) {
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    if (baggageKeys.isEmpty()) {
      return context;
    }
    Context withAll = W3CBaggagePropagator.getInstance().extract(context, headers, GETTER);
    return context.with(allowed(Baggage.fromContext(withAll)));
  }

  /** Entries are taken in the order of the list, as many as fit. */
  private Baggage allowed(Baggage baggage) {
    BaggageBuilder builder = Baggage.builder();
    Map<String, BaggageEntry> entries = baggage.asMap();
    int taken = 0;
    int bytes = 0;
    for (String key : baggageKeys) {
      BaggageEntry entry = entries.get(key);
      if (entry == null) {
        continue;
      }
      // Each byte may become three when it is written.
      int size = key.length() + 3 * entry.getValue().getBytes(UTF_8).length + 2;
      if (taken == BAGGAGE_ENTRIES || bytes + size > BAGGAGE_BYTES) {
        break;
      }
      builder.put(key, entry.getValue());
      taken++;
      bytes += size;
    }
    return builder.build();
  }
}
