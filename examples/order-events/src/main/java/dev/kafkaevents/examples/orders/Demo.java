package dev.kafkaevents.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.examples.orders.OrderEvent.OrderCancelled;
import dev.kafkaevents.examples.orders.OrderEvent.OrderPlaced;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Currency;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Publishes a sample, reads it back, and shows two failures by their class. */
final class Demo {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PrintStream out;
  private boolean isGood = true;

  /** An event that came, and the trace it belongs to. */
  private record Seen(OrderEvent event, @Nullable String traceparent) {
    static Seen of(Delivery<OrderEvent> delivery) {
      return new Seen(delivery.payload(), delivery.message().headers().text("traceparent"));
    }
  }

  Demo(PrintStream out) {
    this.out = out;
  }

  /** Whether all happened that it shows. */
  boolean run() throws IOException, InterruptedException {
    try (Cluster cluster = Cluster.connect("order-events")) {
      out.println("Kafka: " + cluster + "\n");
      cluster.createTopic(OrderEvent.TOPIC.name(), 3);
      try (Assembly assembly = Assembly.of(cluster.config(), cluster.names())) {
        sample(assembly);
        tooLarge(assembly);
      }
    }
    noBroker();
    out.println(
        isGood ? "\nAll of it happened." : "\nNOT all of it happened: see the lines with !");
    return isGood;
  }

  private void sample(Assembly assembly) throws IOException, InterruptedException {
    PublishOrders.Report report;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                requireNonNull(Demo.class.getResourceAsStream("orders.ndjson")), UTF_8))) {
      report = assembly.publishOrders(new LegacyOrders(in)).run(PATIENCE);
    }
    out.println("\nThe sample: " + report);
    check("5 orders are published", report.published() == 5);
    check("3 lines are no valid order, and hold up no other", report.invalid() == 3);
    check("none is without an outcome", report.remaining() == 0 && report.failures().isEmpty());

    List<Seen> seen = readBack(assembly, 5);
    check("5 events come back", seen.size() == 5);
    check(
        "order o-1 is placed, and then cancelled", typesOf(seen, "o-1").equals(List.of("p", "c")));
    check(
        "amounts are exact: " + totals(seen),
        totals(seen).equals(List.of("10.00 EUR", "12.345 KWD", "1560 JPY", "27.35 EUR")));
    check("all belong to the trace of the run", traces(seen).size() == 1);
  }

  private static List<Seen> readBack(Assembly assembly, int count) throws InterruptedException {
    List<Seen> seen = new CopyOnWriteArrayList<>();
    CountDownLatch all = new CountDownLatch(count);
    Subscription subscription =
        assembly
            .events()
            .subscribe(
                OrderEvent.TOPIC,
                "read-back",
                delivery -> {
                  seen.add(Seen.of(delivery));
                  all.countDown();
                });
    boolean unused = all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    subscription.close();
    return seen;
  }

  private void tooLarge(Assembly assembly) throws IOException, InterruptedException {
    PublishOrders.Report report =
        assembly.publishOrders(orders(order("o-7", 30_000), order("o-8", 1))).run(PATIENCE);
    out.println("\nAn order that is too large, and one more: " + report);
    check(
        "the one is REJECTED, and the next is published",
        report.failures().equals(Map.of(FailureClass.REJECTED, 1L)) && report.published() == 1);
  }

  private void noBroker() throws IOException, InterruptedException {
    EventsConfig nowhere =
        EventsConfig.of("order-events", "127.0.0.1:" + freePort())
            .withProducer("max.block.ms", "1000");
    try (Assembly assembly = Assembly.of(nowhere, NameMapper.identity())) {
      PublishOrders.Report report =
          assembly.publishOrders(orders(order("o-9", 1), order("o-10", 1))).run(PATIENCE);
      out.println("\nTwo orders, and no broker: " + report);
      check(
          "the first failure is TRANSIENT, and the second order is left for later",
          report.failures().equals(Map.of(FailureClass.TRANSIENT, 1L)) && report.published() == 0);
    }
  }

  private static Order order(String id, int lines) {
    LineItem item = new LineItem("cup", 1, Money.ofMinorUnits(1250, Currency.getInstance("EUR")));
    return Order.place(new OrderId(id), "c-1", Instant.EPOCH, Collections.nCopies(lines, item));
  }

  private static OrderGateway orders(Order... orders) {
    Iterator<Order> rest = List.of(orders).iterator();
    return () -> rest.hasNext() ? rest.next() : null;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static List<String> typesOf(List<Seen> seen, String orderId) {
    return seen.stream()
        .map(Seen::event)
        .filter(event -> event.orderId().equals(orderId))
        .map(event -> event instanceof OrderCancelled ? "c" : "p")
        .toList();
  }

  private static List<String> totals(List<Seen> seen) {
    TreeSet<String> totals = new TreeSet<>();
    for (Seen each : seen) {
      if (each.event() instanceof OrderPlaced placed) {
        totals.add(placed.total().value() + " " + placed.total().currency());
      }
    }
    return List.copyOf(totals);
  }

  private static Set<String> traces(List<Seen> seen) {
    Set<String> traces = new TreeSet<>();
    for (Seen each : seen) {
      String traceparent = each.traceparent();
      traces.add(traceparent == null ? "none of " + each.event() : traceparent.split("-", -1)[1]);
    }
    return traces;
  }

  private void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    isGood &= holds;
  }
}
