package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * Begins and describes spans by the conventions. What is the same for every span of a topic is made
 * once. Thread-safe.
 */
final class Spans {
  static final String SEND = "send";
  static final String PROCESS = "process";

  /** Those that most topics have: a span has the id of a partition as a string. */
  private static final String[] PARTITION_IDS =
      IntStream.range(0, 256).mapToObj(Integer::toString).toArray(String[]::new);

  /** Nobody nests futures deeper, and a chain of causes may be a circle. */
  private static final int MAX_WRAPPERS = 10;

  final Tracer tracer;
  private final MessagingConventions names;
  private final ConcurrentHashMap<String, Outline> sends = new ConcurrentHashMap<>();

  /** By topic, and there by group. */
  private final ConcurrentHashMap<String, ConcurrentHashMap<String, Outline>> processes =
      new ConcurrentHashMap<>();

  /** The name and the fixed attributes. */
  private record Outline(String name, Attributes attributes) {}

  Spans(Tracer tracer, MessagingConventions names) {
    this.tracer = tracer;
    this.names = names;
  }

  SpanBuilder send(Topic<?> topic, Event<?> event) {
    return begin(sendOf(topic.name()), SpanKind.PRODUCER)
        .setAttribute(MessagingConventions.MESSAGE_ID, event.id());
  }

  /**
   * Of a message as it is. One that keeps the context it was created in makes its sender a client.
   */
  SpanBuilder send(Message message, SpanContext created) {
    SpanBuilder span =
        created.isValid()
            ? begin(sendOf(message.topic()), SpanKind.CLIENT).addLink(created)
            : begin(sendOf(message.topic()), SpanKind.PRODUCER);
    return message.value() == null ? span.setAttribute(names.tombstone, true) : span;
  }

  SpanBuilder process(Delivery<?> delivery) {
    Position position = delivery.position();
    SpanBuilder span =
        begin(processOf(position.topic(), delivery.group()), SpanKind.CONSUMER)
            .setAttribute(MessagingConventions.PARTITION, partitionId(position.partition()))
            .setAttribute(names.offset, position.offset());
    return delivery.isTombstone() ? span.setAttribute(names.tombstone, true) : span;
  }

  void stored(Span span, Position position) {
    span.setAttribute(MessagingConventions.PARTITION, partitionId(position.partition()));
    span.setAttribute(names.offset, position.offset());
  }

  void settled(Span span, Delivery<?> delivery, Settlement settlement) {
    span.setAttribute(MessagingConventions.ATTEMPTS, (long) delivery.attempt());
    if (settlement instanceof Settlement.Skipped skipped) {
      span.setAttribute(MessagingConventions.SETTLEMENT, "skipped");
      span.setAttribute(MessagingConventions.SKIP_REASON, skipped.reason());
    } else if (settlement instanceof Settlement.DeadLettered letter) {
      span.setAttribute(MessagingConventions.SETTLEMENT, "dead_lettered");
      failed(span, letter.cause());
    } else {
      span.setAttribute(MessagingConventions.SETTLEMENT, "handled");
    }
  }

  private static String partitionId(int partition) {
    return partition < PARTITION_IDS.length
        ? PARTITION_IDS[partition]
        : Integer.toString(partition);
  }

  /** The class alone: a message may quote a payload. */
  static void failed(Span span, Throwable failure) {
    span.setStatus(StatusCode.ERROR);
    span.setAttribute(MessagingConventions.ERROR_TYPE, errorType(failure));
  }

  /** The class of what a future has failed with, if it was one that failed. */
  static String errorType(Throwable failure) {
    Throwable inner = failure;
    for (int i = 0; i < MAX_WRAPPERS && isWrapper(inner) && inner.getCause() != null; i++) {
      inner = inner.getCause();
    }
    return inner.getClass().getName();
  }

  private static boolean isWrapper(Throwable failure) {
    return failure instanceof CompletionException || failure instanceof ExecutionException;
  }

  private SpanBuilder begin(Outline outline, SpanKind kind) {
    return tracer
        .spanBuilder(outline.name())
        .setSpanKind(kind)
        .setAllAttributes(outline.attributes());
  }

  private Outline sendOf(String topic) {
    Outline known = sends.get(topic);
    return known != null
        ? known
        : sends.computeIfAbsent(
            topic, name -> new Outline(SEND + " " + name, attributes(SEND, name)));
  }

  private Outline processOf(String topic, String group) {
    ConcurrentHashMap<String, Outline> byGroup = processes.get(topic);
    if (byGroup == null) {
      byGroup = processes.computeIfAbsent(topic, name -> new ConcurrentHashMap<>());
    }
    Outline known = byGroup.get(group);
    return known != null
        ? known
        : byGroup.computeIfAbsent(
            group,
            name ->
                new Outline(
                    PROCESS + " " + topic,
                    attributes(PROCESS, topic).toBuilder()
                        .put(MessagingConventions.GROUP, name)
                        .build()));
  }

  private Attributes attributes(String operation, String topic) {
    return Attributes.of(
        names.system,
        "kafka",
        MessagingConventions.OPERATION_NAME,
        operation,
        MessagingConventions.OPERATION_TYPE,
        operation,
        MessagingConventions.DESTINATION,
        topic);
  }
}
