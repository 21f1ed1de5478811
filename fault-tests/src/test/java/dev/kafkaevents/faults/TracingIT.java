package dev.kafkaevents.faults;

import static dev.kafkaevents.faults.Spans.attribute;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.observability.IncomingTrace;
import dev.kafkaevents.observability.MessagingConventions;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.replay.Replay;
import dev.kafkaevents.resilience.Resilience;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the real SDK exports of events that went through a real broker. */
@Timeout(60)
class TracingIT {
  private static final AtomicInteger GROUPS = new AtomicInteger();
  private static final String OTHER = "00-11111111111111111111111111111111-2222222222222222-01";

  private final Cluster cluster = Cluster.shared();
  private final Spans spans = new Spans();
  private final String name = cluster.newTopic(1);
  private final Topic<Step> topic = Step.topic(name);
  private final String group = "traced-" + GROUPS.incrementAndGet();
  private final BlockingQueue<Message> handled = new LinkedBlockingQueue<>();

  private Events events(OpenTelemetryTracing tracing) {
    return cluster.events().install(tracing).build();
  }

  private OpenTelemetryTracing tracing() {
    return OpenTelemetryTracing.of(spans.openTelemetry);
  }

  private Message next() throws InterruptedException {
    Message message = handled.poll(30, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  private static List<String> values(Message message, String header) {
    List<String> values = new ArrayList<>();
    for (Headers.Header each : message.headers()) {
      if (each.name().equals(header)) {
        values.add(each.text());
      }
    }
    return values;
  }

  private static String traceparent(SpanData span) {
    return "00-%s-%s-%s"
        .formatted(
            span.getTraceId(), span.getSpanId(), span.getSpanContext().getTraceFlags().asHex());
  }

  private static List<String> linkedTo(SpanData span) {
    return span.getLinks().stream()
        .map(LinkData::getSpanContext)
        .map(context -> context.getSpanId())
        .toList();
  }

  @Test
  void publishTwoFailedAttemptsDeadLetterReplayAndSuccess_areOneTrace() throws Exception {
    cluster.createTopic(name + ".dlq", 1, Map.of());
    AtomicBoolean mended = new AtomicBoolean();
    try (Events events =
        cluster
            .events()
            .install(tracing())
            .install(Resilience.retryThenDeadLetter(2, Duration.ofMillis(20)))
            .build()) {
      events.subscribe(
          topic,
          group,
          step -> {
            if (!mended.get()) {
              throw new IOException("the payload is secret");
            }
            handled.add(step.message());
          });
      events.publish(topic, new Step("k", 0)).join();
      SpanData dead = spans.one("send " + name + ".dlq");
      SpanData failed = spans.one("process " + name);

      mended.set(true);
      Replay.of(name + ".dlq").to(name).run(cluster.config());
      Message replayed = next();
      SpanData succeeded = spans.named("process " + name, 2).get(1);
      SpanData sent = spans.one("send " + name);

      assertThat(spans.ended())
          .extracting(SpanData::getTraceId)
          .hasSize(4)
          .containsOnly(sent.getTraceId());
      assertThat(values(replayed, "traceparent")).containsExactly(traceparent(sent));

      assertThat(sent.getKind()).isEqualTo(SpanKind.PRODUCER);
      assertThat(attribute(sent, "messaging.kafka.offset")).isEqualTo(0L);

      assertThat(failed.getKind()).isEqualTo(SpanKind.CONSUMER);
      assertThat(failed.getParentSpanId()).isEqualTo(sent.getSpanId());
      assertThat(linkedTo(failed)).containsExactly(sent.getSpanId());
      assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(failed.getEvents())
          .extracting(EventData::getName)
          .containsExactly("attempt failed", "retry scheduled", "attempt failed");
      assertThat(attribute(failed, "events.attempts")).isEqualTo(2L);
      assertThat(attribute(failed, "events.settlement")).isEqualTo("dead_lettered");
      assertThat(attribute(failed, "error.type")).isEqualTo("java.io.IOException");

      assertThat(dead.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(dead.getParentSpanId()).isEqualTo(failed.getSpanId());
      assertThat(linkedTo(dead)).containsExactly(sent.getSpanId());
      assertThat(dead.getStartEpochNanos())
          .isGreaterThanOrEqualTo(failed.getEvents().get(2).getEpochNanos());
      assertThat(attribute(dead, "messaging.kafka.offset")).isEqualTo(0L);

      assertThat(succeeded.getParentSpanId()).isEqualTo(sent.getSpanId());
      assertThat(attribute(succeeded, "events.settlement")).isEqualTo("handled");
      assertThat(succeeded.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
      assertThat(spans.ended().toString()).doesNotContain("secret");
    }
  }

  @Test
  void handlerThatPublishes_doesSoInTheTraceOfItsDelivery_withTheOneTraceparentOfItsOwn()
      throws Exception {
    String second = cluster.newTopic(1);
    Topic<Step> onward = Step.topic(second);
    try (Events events = events(tracing())) {
      events.subscribe(
          topic,
          group,
          step -> {
            // A relay that copies all headers, and an application that adds its own.
            Event<Step> relayed =
                events
                    .event(onward, step.payload())
                    .withHeaders(step.event().headers())
                    .withHeader("tenant", "t");
            events
                .publish(
                    onward,
                    relayed.withHeaders(
                        relayed
                            .headers()
                            .add("traceparent", OTHER.getBytes(UTF_8))
                            .add("tracestate", "x=y".getBytes(UTF_8))
                            .add("baggage", "a=b".getBytes(UTF_8))))
                .join();
          });
      events.subscribe(onward, group, step -> handled.add(step.message()));
      events.publish(topic, new Step("k", 0)).join();
      Message arrived = next();
      SpanData sent = spans.one("send " + second);
      assertThat(sent.getParentSpanId()).isEqualTo(spans.one("process " + name).getSpanId());
      assertThat(values(arrived, "traceparent")).containsExactly(traceparent(sent));
      assertThat(values(arrived, "tracestate")).isEmpty();
      assertThat(values(arrived, "baggage")).isEmpty();
      assertThat(values(arrived, "tenant")).containsExactly("t");
    }
  }

  @Test
  void stageOfAnAsynchronousHandler_keepsTheSpanOpen_andItsContextWhereItIsWrapped() {
    CompletableFuture<Void> work = new CompletableFuture<>();
    CompletableFuture<Context> seen = new CompletableFuture<>();
    String second = cluster.newTopic(1);
    try (Events events = events(tracing())) {
      events.subscribeAsync(
          topic,
          SubscribeOptions.group(group),
          step ->
              work.thenCompose(
                      Context.current()
                          .wrapFunction(
                              done -> events.publish(Step.topic(second), new Step("k", 1))))
                  .thenRun(() -> seen.complete(Context.current())));
      events.publish(topic, new Step("k", 0)).join();
      SpanData sent = spans.one("send " + name);
      assertThat(spans.ended()).containsExactly(sent);
      work.complete(null);
      SpanData process = spans.one("process " + name);
      assertThat(spans.one("send " + second).getParentSpanId()).isEqualTo(process.getSpanId());
      // What hangs on a publish runs in the context it was published in.
      assertThat(Span.fromContext(seen.join()).getSpanContext().getSpanId())
          .isEqualTo(process.getSpanId());
    }
  }

  @ParameterizedTest
  @EnumSource(IncomingTrace.class)
  void incomingTrace_meansWhatTheTopicIsTrustedWith(IncomingTrace meaning) {
    try (Events plain = cluster.events().build();
        Events events =
            events(tracing().withIncoming(IncomingTrace.IGNORE).withIncoming(name, meaning))) {
      events.subscribe(topic, group, step -> {});
      plain
          .publish(topic, plain.event(topic, new Step("k", 0)).withHeader("traceparent", OTHER))
          .join();
      SpanData process = spans.one("process " + name);
      String parent = meaning == IncomingTrace.PARENT ? "2222222222222222" : "0000000000000000";
      assertThat(process.getParentSpanId()).isEqualTo(parent);
      assertThat(process.getTraceId().equals("1".repeat(32)))
          .isEqualTo(meaning == IncomingTrace.PARENT);
      assertThat(linkedTo(process))
          .isEqualTo(meaning == IncomingTrace.IGNORE ? List.of() : List.of("2222222222222222"));
    }
  }

  @Test
  @SuppressWarnings("try") // a scope is there to be closed
  void baggage_leavesAndArrives_onlyWhereItIsAllowed() throws Exception {
    BlockingQueue<Baggage> seen = new LinkedBlockingQueue<>();
    Baggage baggage = Baggage.builder().put("tenant", "t-1").put("user", "u-1").build();
    try (Events events = events(tracing().withBaggage("tenant"))) {
      events.subscribe(
          topic,
          group,
          step -> {
            seen.add(Baggage.current());
            handled.add(step.message());
          });
      try (Scope scope = Context.root().with(baggage).makeCurrent()) {
        events.publish(topic, new Step("k", 0)).join();
      }
      assertThat(values(next(), "baggage")).containsExactly("tenant=t-1");
      assertThat(seen.take().asMap()).containsOnlyKeys("tenant");
      try (Events plain = cluster.events().build()) {
        plain
            .publish(
                topic,
                plain
                    .event(topic, new Step("k", 1))
                    .withHeader("traceparent", OTHER)
                    .withHeader("baggage", "tenant=t-2,user=u-2"))
            .join();
      }
      assertThat(seen.take().asMap()).containsOnlyKeys("tenant");
    }
  }

  @Test
  void messageSentAsItIs_keepsTheContextItHas_orBeginsOne() throws Exception {
    try (Events events = events(tracing())) {
      events.subscribe(topic, group, step -> handled.add(step.message()));
      Message bytes = Message.of(name, "k".getBytes(UTF_8), "k:0".getBytes(UTF_8));
      events.send(bytes).join();
      SpanData first = spans.one("send " + name);
      assertThat(first.getKind()).isEqualTo(SpanKind.PRODUCER);
      assertThat(values(next(), "traceparent")).containsExactly(traceparent(first));

      events.send(bytes.withHeaders(Headers.of("traceparent", OTHER))).join();
      SpanData second = spans.named("send " + name, 2).get(1);
      assertThat(second.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(linkedTo(second)).containsExactly("2222222222222222");
      assertThat(values(next(), "traceparent")).containsExactly(OTHER);
    }
  }

  @Test
  void withNothingInstalled_aHandlerIsCalledThroughNoChain() throws Exception {
    BlockingQueue<List<String>> callers = new LinkedBlockingQueue<>();
    try (Events events = cluster.events().build()) {
      events.subscribe(
          topic,
          group,
          step ->
              callers.add(
                  StackWalker.getInstance().walk(f -> f.map(e -> e.getClassName()).toList())));
      events.publish(topic, new Step("k", 0)).join();
      assertThat(callers.poll(30, TimeUnit.SECONDS))
          .contains("dev.kafkaevents.core.Deliveries")
          .doesNotContain("dev.kafkaevents.core.KafkaDelivery", "dev.kafkaevents.core.Probes")
          .noneMatch(caller -> caller.contains("observability"));
    }
  }

  @Test
  void tracerThatIsOff_leavesEventsAsTheyAre() throws Exception {
    try (Events events = events(OpenTelemetryTracing.of(OpenTelemetry.noop()))) {
      events.subscribe(topic, group, step -> handled.add(step.message()));
      events
          .publish(topic, events.event(topic, new Step("k", 0)).withHeader("traceparent", OTHER))
          .join();
      assertThat(values(next(), "traceparent")).containsExactly(OTHER);
    }
  }

  @Test
  void traceThatIsNotSampled_goesOn_withoutBeingSampled() throws Exception {
    Spans none = new Spans(Sampler.parentBased(Sampler.alwaysOff()));
    try (Events events = events(OpenTelemetryTracing.of(none.openTelemetry))) {
      events.subscribe(topic, group, step -> handled.add(step.message()));
      events.publish(topic, new Step("k", 0)).join();
      String flags = values(next(), "traceparent").get(0).substring(53);
      assertThat(TraceFlags.fromHex(flags, 0).isSampled()).isFalse();
      assertThat(none.ended()).isEmpty();
    }
  }

  @Test
  void tombstoneIsMarked_andItsHandlerFails_visibly_inTheOtherVersionToo() {
    try (Events events = events(tracing().withConventions(MessagingConventions.V1_45))) {
      events.publishTombstone(topic, "k").join();
      assertThatThrownBy(
              () ->
                  events
                      .subscribe(topic, group, step -> {})
                      .stopped()
                      .orTimeout(30, TimeUnit.SECONDS)
                      .join())
          .isNotNull();
      SpanData process = spans.one("process " + name);
      assertThat(attribute(process, "kafka.message.tombstone")).isEqualTo(true);
      assertThat(attribute(process, "kafka.offset")).isEqualTo(0L);
      assertThat(attribute(process, "messaging.system.name")).isEqualTo("kafka");
      assertThat(attribute(process, "events.settlement")).isEqualTo("failed");
      assertThat(attribute(process, "error.type")).isEqualTo("dev.kafkaevents.RejectedException");
    }
  }

  @Test
  void closingWhileARetryWaits_leavesTheDelivery_whichIsNoError() {
    cluster.createTopic(name + ".dlq", 1, Map.of());
    AtomicInteger attempts = new AtomicInteger();
    try (Events events =
        cluster
            .events()
            .install(tracing())
            .install(Resilience.retryThenDeadLetter(2, Duration.ofSeconds(30)))
            .build()) {
      events.publish(topic, new Step("k", 0)).join();
      events.subscribe(
          topic,
          group,
          step -> {
            attempts.incrementAndGet();
            throw new IOException("later");
          });
      await().until(() -> attempts.get() == 1);
    }
    SpanData process = spans.one("process " + name);
    assertThat(attribute(process, "events.settlement")).isEqualTo("left");
    assertThat(process.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void publishThatIsRejected_endsItsSpanWithTheClassOfTheFailure() {
    Topic<Step> keyless = Topic.of(name, Step.class).keyedBy(step -> null);
    try (Events events = events(tracing())) {
      assertThat(events.publish(keyless, new Step("k", 0))).isCompletedExceptionally();
    }
    SpanData sent = spans.one("send " + name);
    assertThat(sent.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attribute(sent, "error.type")).isEqualTo("dev.kafkaevents.PublishException");
  }
}
