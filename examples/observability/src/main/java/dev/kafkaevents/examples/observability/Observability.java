package dev.kafkaevents.examples.observability;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.observability.LogContext;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.observability.OpenTelemetryTracing;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.KafkaBroker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
 * Publishes orders to a broker that is started for the run, charges them with a service that fails
 * now and then, and shows what can be seen of it: {@code /metrics}, {@code /health/live} and {@code
 * /health/ready} while it runs, the trace of an order that could not be charged at the end.
 */
public final class Observability {
  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private Observability() {}

  /** Publishes {@code seconds} times 50 orders, in as much time. */
  static void run(int seconds, int port, PrintStream out) throws IOException, InterruptedException {
    Traces traces = new Traces();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Payments payments = new Payments();
    try (KafkaBroker broker = KafkaBroker.start();
        OpenTelemetrySdk openTelemetry =
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(traces))
                        .build())
                .build()) {
      broker.createTopic("orders", 4);
      broker.createTopic("orders.dlq", 1);
      try (Events events =
          KafkaEvents.builder(EventsConfig.of("shop", broker.bootstrapServers()))
              .serde(JsonSerde.factory())
              .install(OpenTelemetryTracing.of(openTelemetry))
              .install(LogContext.ofDeliveries())
              .install(MicrometerMetrics.of(registry))
              .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(50)))
              .build()) {
        Subscription billing =
            events.subscribe(
                ORDERS,
                SubscribeOptions.group("billing"),
                order -> payments.charge(order.payload().cents(), order.attempt()));
        try (Endpoints endpoints = Endpoints.start(port, new Health(List.of(billing)), registry)) {
          out.println("for " + seconds + " s, while orders are charged:");
          for (String path : List.of("/metrics", "/health/live", "/health/ready")) {
            out.println("  curl " + endpoints.address() + path);
          }
          int orders = seconds * 50;
          for (int i = 1; i <= orders; i++) {
            events.publish(ORDERS, new OrderPlaced("o-" + i, i)).join();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
          }
          awaitAll(registry, orders);
          out.println();
          out.print(new Health(List.of(billing)).details());
        }
      }
      out.println();
      registry
          .scrape()
          .lines()
          .filter(line -> line.startsWith("events_") && !line.matches(".* 0(\\.0)?"))
          .forEach(out::println);
      out.println();
      out.print(traces.treeWith("send orders.dlq"));
      out.println(payments.calls() + " calls of payments");
    }
  }

  private static void awaitAll(PrometheusMeterRegistry registry, int orders) {
    long by = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (settled(registry) < orders && System.nanoTime() < by) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static long settled(PrometheusMeterRegistry registry) {
    return registry.get("events.process.duration").timers().stream()
        .mapToLong(timer -> timer.count())
        .sum();
  }

  /** Takes the seconds to run for, 10 unless given, and the port, 9464 unless given. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 9464;
    run(seconds, port, System.out);
  }
}
