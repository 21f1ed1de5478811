package dev.kafkaevents.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.Position;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.RetryBudget;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What interceptors cost a record, in nanoseconds and bytes: no broker, one thread, the middle of
 * eleven rounds. Nothing fails. A publish is that of events-core, to a producer that keeps nothing
 * and answers at the next; a delivery has the chain alone.
 */
final class InterceptorCost {
  private static final Topic<String> TOPIC = Topic.of("orders", String.class);
  private static final int ROUNDS = 11;
  private static final int RECORDS = 500_000;

  private final List<DeliveryInterceptor> delivering = new ArrayList<>();
  private final End afterTheFirst = new End(delivering, 1);
  private final Events events;

  private InterceptorCost(EventsPlugin plugin) {
    plugin.install(new Parts());
    this.events =
        KafkaEvents.builder(EventsConfig.of("bench", "localhost:9092"))
            .serde(topic -> new SameBytes())
            .clients(new ProducersAlone())
            .install(plugin)
            .build();
  }

  public static void main(String[] args) throws Exception {
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(new NoExport()).build())
            .build();
    // What is measured first teaches the compilers: name one, to have it beside absence alone.
    String only = args.length == 0 ? "" : args[0];
    report("absent", "absent", builder -> {});
    report(only, "tracing, tracer off", OpenTelemetryTracing.of(OpenTelemetry.noop()));
    report(
        only,
        "metrics",
        MicrometerMetrics.of(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
    report(only, "the SDK alone", new BareSpans(sdk.getTracer("bare"), false));
    report(only, "the SDK alone, attributes", new BareSpans(sdk.getTracer("bare"), true));
    report(only, "tracing, all sampled", OpenTelemetryTracing.of(sdk));
    DeadLetter letters = DeadLetter.toTopicWithSuffix(".dlq");
    Retry retry = Retry.upTo(5, Duration.ofMillis(100));
    Retry limited = retry.within(Duration.ofMinutes(2)).spending(RetryBudget.of(10, 0.1));
    Breaker breaker = Breaker.around("payments-db", SQLException.class::isInstance);
    report(only, "dead letters", builder -> builder.onDelivery(letters));
    report(only, "retry", builder -> builder.onDelivery(retry));
    report(only, "retry, within, budget", builder -> builder.onDelivery(limited));
    report(only, "breaker", builder -> builder.onDelivery(breaker));
    report(
        only,
        "all that answers failures",
        builder -> builder.onDelivery(letters).onDelivery(limited).onDelivery(breaker));
  }

  private static @Nullable Cost absentDelivery;
  private static @Nullable Cost absentPublish;

  private static void report(String only, String name, EventsPlugin plugin) throws Exception {
    if (!name.contains(only)) {
      return;
    }
    InterceptorCost cost = new InterceptorCost(plugin);
    Cost delivery = measure(cost::deliver);
    Cost publish = measure(cost::publish);
    cost.events.close(Duration.ZERO);
    System.out.printf(
        "%-26s delivery %s   publish %s%n",
        name, delivery.beside(absentDelivery), publish.beside(absentPublish));
    if (absentDelivery == null) {
      absentDelivery = delivery;
      absentPublish = publish;
    }
  }

  private record Cost(double nanos, double bytes) {
    String beside(@Nullable Cost absent) {
      return absent == null
          ? "  %8.1f ns  %7.1f B".formatted(nanos, bytes)
          : "+ %8.1f ns +%7.1f B".formatted(nanos - absent.nanos, bytes - absent.bytes);
    }
  }

  /** Something done for one record. */
  private interface Work {
    void run() throws Exception;
  }

  private static Cost measure(Work work) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] nanos = new double[ROUNDS];
    double bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      for (int i = 0; i < RECORDS; i++) {
        work.run();
      }
      nanos[round] = (System.nanoTime() - start) / (double) RECORDS;
      bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) RECORDS;
    }
    Arrays.sort(nanos);
    return new Cost(nanos[ROUNDS / 2], bytes);
  }

  private static final OneRecord RECORD = new OneRecord();
  private static final Event<String> EVENT =
      Event.of("id", "String", "bench", Instant.EPOCH, "payload");

  /** As in events-core, the first interceptor has its chain without an object. */
  private void deliver() throws Exception {
    if (delivering.isEmpty()) {
      Settlement.handled();
    } else {
      delivering.get(0).intercept(RECORD, afterTheFirst);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nothing fails
  private void publish() {
    events.publish(TOPIC, EVENT);
  }

  /**
   * The interceptors from {@code index} on, as small as the chain of events-core is, and then a
   * handler that does nothing.
   */
  private record End(List<DeliveryInterceptor> delivering, int index)
      implements DeliveryInterceptor.Chain {
    @Override
    public Settlement proceed(Delivery<?> delivery) throws Exception {
      return index == delivering.size()
          ? Settlement.handled()
          : delivering.get(index).intercept(delivery, new End(delivering, index + 1));
    }

    @Override
    public Settlement retry(Delivery<?> delivery, Duration delay) {
      throw new UnsupportedOperationException("nothing fails here");
    }

    @Override
    public void await(
        Delivery<?> delivery,
        DeliveryInterceptor.Hold hold,
        CompletionStage<?> ready,
        Duration atMost) {
      throw new UnsupportedOperationException("nothing waits here");
    }

    @Override
    public EventPublisher publisher() {
      throw new UnsupportedOperationException("nothing fails here");
    }
  }

  /** The same bytes for all. */
  private static final class SameBytes implements Serde<String> {
    private final byte[] bytes = new byte[100];

    @Override
    public String contentType() {
      return "application/octet-stream";
    }

    @Override
    public byte[] encode(String payload, HeaderSink headers) {
      return bytes;
    }

    @Override
    public String decode(byte[] bytes, Class<? extends String> payloadType, Headers headers) {
      throw new UnsupportedOperationException("nothing is read here");
    }
  }

  private static final class ProducersAlone implements KafkaClients {
    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> config) {
      return new AnswersAtTheNext();
    }

    @Override
    public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
      throw new UnsupportedOperationException("nobody subscribes here");
    }

    @Override
    public Admin admin(Map<String, Object> config) {
      throw new UnsupportedOperationException("nobody asks about topics here");
    }
  }

  /** Tells of a record when the next one comes, since a broker does not answer at once either. */
  private static final class AnswersAtTheNext extends MockProducer<byte[], byte[]> {
    private static final RecordMetadata STORED =
        new RecordMetadata(new TopicPartition("orders", 3), 42, 0, 0, 0, 0);

    private @Nullable Callback last;

    AnswersAtTheNext() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      Callback before = last;
      last = callback;
      if (before != null) {
        before.onCompletion(STORED, null);
      }
      return CompletableFuture.completedFuture(STORED);
    }

    @Override
    public synchronized void flush() {
      Callback before = last;
      last = null;
      if (before != null) {
        before.onCompletion(STORED, null);
      }
    }
  }

  /** With the trace of a publish, and an envelope. */
  private static final class OneRecord implements Delivery<String> {
    private final Position position = new Position("orders", 3, 42);
    private final Message message =
        Message.of("orders", null, new byte[100])
            .withHeaders(
                Headers.of("ce_id", "id")
                    .with(
                        "traceparent", "00-11111111111111111111111111111111-2222222222222222-01"));

    @Override
    public Topic<String> topic() {
      return TOPIC;
    }

    @Override
    public String group() {
      return "billing";
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public @Nullable String key() {
      return null;
    }

    @Override
    public boolean isTombstone() {
      return false;
    }

    @Override
    public Event<String> event() {
      return EVENT;
    }
  }

  /** Takes spans, and keeps none: a stub in place of an exporter. */
  private static final class NoExport implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  private final class Parts implements EventsBuilder {
    @Override
    public EventsBuilder serde(Serde.Factory factory) {
      return this;
    }

    @Override
    public EventsBuilder onPublish(PublishInterceptor interceptor) {
      return this;
    }

    @Override
    public EventsBuilder onDelivery(DeliveryInterceptor interceptor) {
      delivering.add(interceptor);
      return this;
    }

    @Override
    public EventsBuilder probe(EventsProbe probe) {
      return this;
    }

    @Override
    public EventsBuilder install(EventsPlugin plugin) {
      plugin.install(this);
      return this;
    }
  }
}
