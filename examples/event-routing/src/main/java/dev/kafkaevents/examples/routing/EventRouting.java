package dev.kafkaevents.examples.routing;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.examples.routing.ShopEvent.OrderEvent;
import dev.kafkaevents.examples.routing.ShopEvent.PaymentTaken;
import dev.kafkaevents.examples.routing.ShopEvent.StockLow;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A shop tells what happens in it; the events go to the topics of those they concern. */
public final class EventRouting {
  private static final Topic<OrderEvent> ORDERS =
      Topic.of("orders", OrderEvent.class).keyedBy(OrderEvent::orderId);
  private static final Topic<PaymentTaken> PAYMENTS =
      Topic.of("payments", PaymentTaken.class).keyedBy(PaymentTaken::orderId);
  private static final Topic<StockLow> STOCK =
      Topic.of("stock", StockLow.class).keyedBy(StockLow::article);

  /** Of 30 orders for 25 cups, 5 are cancelled, and three times few are left: 2, 1, 0. */
  private static final int CUPS = 25;

  private static final int ORDERED = 30;
  private static final Map<String, Integer> EXPECTED =
      Map.of(
          "orders OrderPlaced",
          ORDERED,
          "orders OrderCancelled",
          ORDERED - CUPS,
          "payments PaymentTaken",
          CUPS,
          "stock StockLow",
          3);

  private final PrintStream out;
  private final Checklist list;

  /** How many of a kind were read from a topic. */
  private final Map<String, Integer> read = new ConcurrentHashMap<>();

  private EventRouting(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    EventRouting example = new EventRouting(out);
    try (Cluster cluster = Cluster.connect("event-routing")) {
      out.println("Kafka: " + cluster);
      for (Topic<?> topic : List.of(ORDERS, PAYMENTS, STOCK)) {
        cluster.createTopic(topic.name(), 2);
      }
      example.run(cluster);
    }
    return example.list.conclude();
  }

  private void run(Cluster cluster) {
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .names(cluster.names())
            .build()) {
      out.println("\nA router that lacks a topic:");
      try {
        Router<ShopEvent> incomplete =
            Router.of(events, ShopEvent.class, List.of(ORDERS, PAYMENTS));
        list.check("it is refused, and not\n" + incomplete, false);
      } catch (IllegalArgumentException e) {
        out.println("  " + e.getMessage());
        list.check(
            "it is refused, before any event", String.valueOf(e.getMessage()).contains("StockLow"));
      }

      Router<ShopEvent> router =
          Router.of(events, ShopEvent.class, List.of(ORDERS, PAYMENTS, STOCK));
      out.print("\nOne that has all:\n" + router);
      List<CompletableFuture<PublishResult>> published = new ArrayList<>();
      Shop shop =
          new Shop(Map.of("cup", CUPS), happened -> published.add(router.publish(happened)));
      for (int i = 0; i < ORDERED; i++) {
        shop.sell("o-" + i, "cup", 1_250);
      }
      published.forEach(CompletableFuture::join);

      out.println("\n" + ORDERED + " orders for " + CUPS + " cups, and what is on the topics:");
      List<Subscription> readers =
          List.of(
              events.subscribe(ORDERS, "warehouse", this::count),
              events.subscribe(PAYMENTS, "accountants", this::count),
              events.subscribe(STOCK, "buyers", this::count));
      list.await(
          "all topics are read to their end",
          () -> readers.stream().allMatch(reader -> reader.lag().orElse(-1) == 0));
      new TreeMap<>(EXPECTED)
          .forEach(
              (kind, count) ->
                  list.check(kind + ": " + count, read.getOrDefault(kind, 0).equals(count)));
      list.check("and nothing else", read.keySet().equals(EXPECTED.keySet()));
    }
  }

  private void count(Delivery<? extends ShopEvent> event) {
    read.merge(event.topic().name() + " " + event.event().type(), 1, Integer::sum);
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }
}
