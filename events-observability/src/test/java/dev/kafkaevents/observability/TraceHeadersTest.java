package dev.kafkaevents.observability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Headers;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {
  private static final String PARENT = "00-11111111111111111111111111111111-2222222222222222-01";

  private final TraceHeaders plain = new TraceHeaders(Set.of());

  private SpanContext read(Headers headers) {
    return Span.fromContext(plain.extract(headers)).getSpanContext();
  }

  @Test
  void whatIsWritten_replacesWhatWasThere_inWhateverCase() {
    Context context = plain.extract(Headers.of("traceparent", PARENT));
    Headers before =
        Headers.of("traceparent", "old")
            .add("TraceParent", "older".getBytes(UTF_8))
            .add("tracestate", "x=y".getBytes(UTF_8))
            .add("Baggage", "a=b".getBytes(UTF_8))
            .add("mine", null);
    Headers after = plain.inject(before, context);
    assertThat(after).extracting(Headers.Header::name).containsExactly("mine", "traceparent");
    assertThat(after.text("traceparent")).isEqualTo(PARENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-11111111111111111111111111111111-2222222222222222-01-more",
        "00-00000000000000000000000000000000-2222222222222222-01",
        "00-1111111111111111111111111111111g-2222222222222222-01"
      })
  void whatIsNoTraceparent_isNone(String value) {
    assertThat(read(Headers.of("traceparent", value)).isValid()).isFalse();
  }

  @Test
  void aTraceparentOfAMegabyte_isNotEvenRead() {
    Headers huge = Headers.of("traceparent", PARENT + "-".repeat(1 << 20));
    assertThat(read(huge).isValid()).isFalse();
    assertThat(read(Headers.empty().add("traceparent", null)).isValid()).isFalse();
  }

  @Test
  void tracestateIsRead_asFarAsItIsMeantToBe() {
    Headers parent = Headers.of("traceparent", PARENT);
    assertThat(read(parent.with("tracestate", "a=1")).getTraceState().get("a")).isEqualTo("1");
    String lengthy = "a=" + "x".repeat(250) + ",b=" + "x".repeat(250) + ",c=" + "x".repeat(20);
    assertThat(read(parent.with("tracestate", lengthy)).isValid()).isTrue();
    assertThat(read(parent.with("tracestate", lengthy)).getTraceState().isEmpty()).isTrue();
  }

  @Test
  void ofSeveral_theLastCounts() {
    Headers two =
        Headers.of("traceparent", "00-33333333333333333333333333333333-2222222222222222-01")
            .add("traceparent", PARENT.getBytes(UTF_8));
    assertThat(read(two).getTraceId()).isEqualTo("1".repeat(32));
  }

  @Test
  void baggage_isBoundedInEntriesAndBytes() {
    Set<String> keys = new LinkedHashSet<>();
    BaggageBuilder baggage = Baggage.builder();
    for (int i = 0; i < 20; i++) {
      keys.add("k" + i);
      baggage.put("k" + i, i == 3 ? "x".repeat(1_000) : "v");
    }
    Context context = Context.root().with(baggage.build());
    TraceHeaders some = new TraceHeaders(keys);
    assertThat(some.inject(Headers.empty(), context).text("baggage").split(",")).hasSize(3);
    keys.remove("k3");
    String eight = new TraceHeaders(keys).inject(Headers.empty(), context).text("baggage");
    assertThat(eight.split(",")).hasSize(8);
    assertThat(
            new TreeMap<>(
                    Baggage.fromContext(
                            new TraceHeaders(Set.of("k1")).extract(Headers.of("baggage", eight)))
                        .asMap())
                .keySet())
        .containsExactly("k1");
    assertThat(
            Baggage.fromContext(some.extract(Headers.of("baggage", "k1=" + "x".repeat(600))))
                .isEmpty())
        .isTrue();
  }
}
