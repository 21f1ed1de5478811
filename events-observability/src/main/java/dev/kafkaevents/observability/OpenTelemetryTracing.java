package dev.kafkaevents.observability;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * One trace from the publish of an event through all that becomes of it. Installed first, so that
 * whatever is installed after it happens inside its spans.
 *
 * <pre>{@code
 * KafkaEvents.builder(config)
 *     .install(OpenTelemetryTracing.of(openTelemetry))
 *     .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)))
 * }</pre>
 *
 * <ul>
 *   <li>A publish is a producer span, which ends when the outcome is known. The record carries it
 *       in the one {@code traceparent} it has; {@code tracestate} and {@code baggage} that an
 *       application has set are replaced as well. What hangs on the future that {@code publish}
 *       returned runs in the context of the caller.
 *   <li>A delivery is one consumer span around everything: the attempts of the handler and the
 *       waits between them, an asynchronous handler until its stage completes, the dead letter and
 *       the settlement. Failed attempts and scheduled retries are events of that span.
 *   <li>A message that is sent as it is, such as a dead letter, keeps the {@code traceparent} it
 *       has, so that what is replayed is in the same trace; its span is below what sends it, with a
 *       link to where the record began. Without one it begins a trace, and carries it.
 * </ul>
 *
 * <p>The context is current on the thread of the handler. To have it on others, wrap them: {@code
 * Context.taskWrapping(executor)}.
 *
 * <p>Spans have no payload, no key, no header of the application, and of failures the class alone.
 *
 * <p>Whether the tracer {@linkplain Tracer#isEnabled() is enabled} is asked for every event; while
 * it is not, events pass through untouched. Immutable: {@code withX} returns a changed copy.
 */
public final class OpenTelemetryTracing implements EventsPlugin {
  private final Tracer tracer;
  private final MessagingConventions conventions;
  private final IncomingTrace incoming;
  private final Map<String, IncomingTrace> incomingByTopic;
  private final Set<String> baggageKeys;

  private OpenTelemetryTracing(
      Tracer tracer,
      MessagingConventions conventions,
      IncomingTrace incoming,
      Map<String, IncomingTrace> incomingByTopic,
      Set<String> baggageKeys) {
    this.tracer = tracer;
    this.conventions = conventions;
    this.incoming = incoming;
    this.incomingByTopic = incomingByTopic;
    this.baggageKeys = baggageKeys;
  }

  /** With a tracer of {@code openTelemetry}. Its propagators are not used: see the class. */
  public static OpenTelemetryTracing of(OpenTelemetry openTelemetry) {
    return new OpenTelemetryTracing(
        openTelemetry.getTracer("dev.kafkaevents"),
        MessagingConventions.V1_44,
        IncomingTrace.PARENT,
        Map.of(),
        Set.of());
  }

  /** Names attributes as that version does; {@link MessagingConventions#V1_44} unless given. */
  public OpenTelemetryTracing withConventions(MessagingConventions conventions) {
    return new OpenTelemetryTracing(
        tracer, requireNonNull(conventions, "conventions"), incoming, incomingByTopic, baggageKeys);
  }

  /**
   * What traces that come in mean, for all topics without a word of their own; {@link
   * IncomingTrace#PARENT} unless given.
   */
  public OpenTelemetryTracing withIncoming(IncomingTrace incoming) {
    return new OpenTelemetryTracing(
        tracer, conventions, requireNonNull(incoming, "incoming"), incomingByTopic, baggageKeys);
  }

  /** What traces that come in on {@code topic} mean: how far its writers are trusted. */
  public OpenTelemetryTracing withIncoming(String topic, IncomingTrace incoming) {
    Map<String, IncomingTrace> byTopic = new LinkedHashMap<>(incomingByTopic);
    byTopic.put(requireNonNull(topic, "topic"), requireNonNull(incoming, "incoming"));
    return new OpenTelemetryTracing(
        tracer, conventions, this.incoming, Map.copyOf(byTopic), baggageKeys);
  }

  /**
   * Lets baggage of these keys, and no other, go out with events and come in with those whose trace
   * is {@link IncomingTrace#PARENT}: at most 8 entries and 512 bytes, in this order. A topic keeps
   * what is put there, for everybody who reads it, and a dead letter has it too; none unless given.
   */
  public OpenTelemetryTracing withBaggage(String... keys) {
    Set<String> allowed = new LinkedHashSet<>(baggageKeys);
    for (String key : keys) {
      if (key.isBlank()) {
        throw new IllegalArgumentException(
            "a baggage key is blank; name each key that may be written to topics");
      }
      allowed.add(key);
    }
    return new OpenTelemetryTracing(tracer, conventions, incoming, incomingByTopic, allowed);
  }

  @Override
  public void install(EventsBuilder builder) {
    Spans spans = new Spans(tracer, conventions);
    TraceHeaders headers = new TraceHeaders(baggageKeys);
    builder
        .onPublish(new TracedPublish(spans, headers))
        .onDelivery(
            new TracedDelivery(
                spans, headers, topic -> incomingByTopic.getOrDefault(topic, incoming)))
        .probe(new TracedAttempts());
  }
}
