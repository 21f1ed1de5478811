package dev.kafkaevents.examples.observability;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.observability.LogContext;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes orders, charges them with a service that fails now and then, and shows what can be seen
 * of it: {@code /metrics}, {@code /health/live} and {@code /health/ready} while it runs, the trace
 * of an order that could not be charged at the end.
 */
public final class Observability {
  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);
  private static final String DEAD_LETTERS = ORDERS.name() + ".dlq";

  private final PrintStream out;
  private final Checklist list;
  private final Traces traces = new Traces();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Payments payments = new Payments();

  private Observability(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /**
   * Publishes {@code seconds} times 50 orders, in as much time; whether all happened that it shows.
   */
  static boolean run(int seconds, int port, PrintStream out) throws IOException {
    Observability example = new Observability(out);
    try (Cluster cluster = Cluster.connect("observability");
        OpenTelemetrySdk openTelemetry =
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(example.traces))
                        .build())
                .build()) {
      out.println("Kafka: " + cluster);
      cluster.createTopic(ORDERS.name(), 4);
      cluster.createTopic(DEAD_LETTERS, 1);
      example.run(cluster, openTelemetry, 50 * seconds, port);
    }
    return example.list.conclude();
  }

  private void run(Cluster cluster, OpenTelemetry openTelemetry, int orders, int port)
      throws IOException {
    KafkaEvents.Builder builder = KafkaEvents.builder(cluster.config()).names(cluster.names());
    try (Events events =
        builder
            .serde(JsonSerde.factory())
            .install(OpenTelemetryTracing.of(openTelemetry)) // first: its spans have the rest
            .install(LogContext.ofDeliveries())
            .install(MicrometerMetrics.of(registry).withClientMetrics()) // before retries
            .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(50)))
            .build()) {
      Subscription billing =
          events.subscribe(
              ORDERS,
              SubscribeOptions.group("billing"),
              order -> payments.charge(order.payload().cents(), order.attempt()));
      Health health = new Health(events.publisherHealth(), List.of(billing));
      try (Endpoints endpoints = Endpoints.start(port, health, registry)) {
        out.println("\nfor some seconds, while " + orders + " orders are charged:");
        for (String path : List.of("/metrics", "/health/live", "/health/ready")) {
          out.println("  curl " + endpoints.address() + path);
        }
        for (int i = 1; i <= orders; i++) {
          events.publish(ORDERS, new OrderPlaced("o-" + i, i)).join();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        list.await("the meters have every order", () -> settled() == orders);
        list.check("and each that could not be charged", deadLetters() == orders / 25);
        list.check("it is live, and ready", health.isLive() && health.isReady());
        out.print("\n" + health.details());
      }
    }
    out.println();
    registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith("events_") && !line.matches(".* 0(\\.0)?"))
        .forEach(out::println);
    String trace = traces.treeWith(DEAD_LETTERS);
    out.print("\n" + trace);
    list.check(
        "a trace goes from the publish through three attempts to the dead letter",
        trace.contains("events.attempt=3"));
    out.println(payments.calls() + " calls of payments");
  }

  private long settled() {
    return registry.get("events.process.duration").timers().stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  private long deadLetters() {
    return (long) registry.get("events.dead.letters").counter().count();
  }

  /** Takes the seconds to run for, 10 unless given, and the port, 9464 unless given. */
  public static void main(String[] args) throws IOException {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 9464;
    System.exit(run(seconds, port, System.out) ? 0 : 1);
  }
}
