package dev.kafkaevents.examples.monitored;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.observability.MicrometerMetrics;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.KafkaBroker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Publishes 100 orders a second, and prints twice a second how that goes. */
public final class MonitoredPublisher {
  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BETWEEN_ORDERS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int ORDERS_A_LINE = 50;
  private static final String TOO_LONG = "x".repeat(1 << 20);

  private final PrintStream out;
  private final Checklist list;
  private final Meters meters = new Meters();
  private final AtomicInteger stored = new AtomicInteger();
  private int published;

  private MonitoredPublisher(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    MonitoredPublisher example = new MonitoredPublisher(out);
    try (Cluster cluster = Cluster.connect("monitored-publisher")) {
      out.println("Kafka: " + cluster);
      cluster.createTopic(ORDERS.name(), 2);
      example.run(cluster);
    }
    return example.list.conclude();
  }

  private void run(Cluster cluster) {
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .install(MicrometerMetrics.of(meters.registry()))
            .names(cluster.names())
            .build()) {
      PublisherWatch watch = new PublisherWatch(events.publisherHealth());
      out.println("\nOrders are published, one of them too large:\n" + Meters.header());
      publish(events, TOO_LONG);
      publishUntil(events, watch, () -> stored.get() >= 200);
      list.check("the one is rejected", meters.count("rejected") == 1);

      KafkaBroker broker = cluster.broker();
      if (broker == null) {
        out.println("\nThe cluster is another's, and stays as it is.");
      } else {
        out.println("\nThe broker is killed:\n" + Meters.header());
        broker.kill();
        publishUntil(events, watch, () -> watch.isStuck() && meters.inFlight() >= 200);
        list.check("orders wait, and nothing gets through", watch.isStuck());

        out.println("\nIt is started again:\n" + Meters.header());
        CompletableFuture<Void> back = CompletableFuture.runAsync(broker::restart);
        publishUntil(events, watch, () -> back.isDone() && meters.inFlight() < 20);
        list.check("what waited gets through", !watch.isStuck());
      }

      events.flush(PATIENCE);
      watch.look();
      out.println("\nAt the end:\n" + Meters.header());
      tell(watch);
      list.check("nothing is in flight", meters.inFlight() == 0);
      list.check(
          "each order but the one too large is stored",
          stored.get() == published - 1 && meters.count("stored") == stored.get());
    }
  }

  /** Goes on publishing, for a minute at most. */
  private void publishUntil(Events events, PublisherWatch watch, BooleanSupplier enough) {
    long by = System.nanoTime() + PATIENCE.toNanos();
    for (int i = 1; System.nanoTime() < by; i++) {
      publish(events, "");
      LockSupport.parkNanos(BETWEEN_ORDERS);
      if (i % ORDERS_A_LINE == 0) {
        watch.look();
        tell(watch);
        if (enough.getAsBoolean()) {
          return;
        }
      }
    }
  }

  private void publish(Events events, String remark) {
    published++;
    var unused =
        events
            .publish(ORDERS, new OrderPlaced("o-" + published, remark))
            .thenRun(stored::incrementAndGet);
  }

  private void tell(PublisherWatch watch) {
    out.println(meters + "   " + watch);
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }
}
