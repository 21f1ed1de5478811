package dev.kafkaevents.examples.later;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.UnorderedRetry;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsProbe;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Orders of what is not in stock are tried again when it may be, and hold up nobody meanwhile. */
public final class DelayedRetries {
  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::customer);
  private static final SubscribeOptions SHIPPING = SubscribeOptions.group("shipping");

  /** In place of an hour, so that somebody may watch. */
  private static final Duration DELAY = Duration.ofSeconds(4);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int COUNT = 100;

  /** Of the orders: one in ten is of these, and the last of these of what never comes. */
  private static final String LATE = "a bell";

  private static final String NEVER = "a unicorn";

  private final PrintStream out;
  private final Stock stock = new Stock();

  /** How each order ended, by its number and where. */
  private final Map<String, Settlement> ends = new ConcurrentHashMap<>();

  private final AtomicInteger mostAttempts = new AtomicInteger();
  private boolean isGood = true;

  private DelayedRetries(PrintStream out) {
    this.out = out;
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    DelayedRetries example = new DelayedRetries(out);
    try (Cluster cluster = Cluster.connect("delayed-retries")) {
      out.println("Kafka: " + cluster + "\n");
      cluster.createTopic(ORDERS.name(), 2);
      cluster.createTopic(ORDERS.name() + ".shipping.retry", 1);
      cluster.createTopic(ORDERS.name() + ".dlq", 1);
      example.run(cluster);
    }
    out.println(example.isGood ? "\nAll of it happened." : "\nNOT all of it happened.");
    return example.isGood;
  }

  private void run(Cluster cluster) {
    UnorderedRetry later = UnorderedRetry.after(DELAY, DELAY);
    EventHandler<OrderPlaced> handler = this::ship;
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
            .onDelivery(later)
            .onDelivery(Retry.upTo(2, Duration.ofMillis(50)))
            .probe(new Ends())
            .names(cluster.names())
            .build()) {
      Subscription shipping = events.subscribe(ORDERS, SHIPPING, handler);
      later.subscribe(events, ORDERS, SHIPPING, handler);

      out.println("A hundred orders come; nine are of what comes later, one of what never does:");
      stock.arrives("a book");
      publish(events);
      check("90 are shipped at once", await(() -> stock.shipped().size() == 90));
      check("nothing waits where they came from", await(() -> shipping.lag().orElse(-1) == 0));
      check("each of the ten had its two attempts first", mostAttempts.get() == 2);

      out.println("\nThe bells arrive:");
      stock.arrives(LATE);
      check("99 are shipped", await(() -> stock.shipped().size() == 99));
      check("the first order of a customer after the others: order is lost", isLast(0));

      out.println("\nUnicorns never do:");
      check(
          "after two more tries the order is a dead letter",
          await(() -> ends.get("99 of orders.shipping.retry") instanceof Settlement.DeadLettered));
      check("each of the others was shipped once", areDistinct(stock.shipped()));
    }
  }

  private void ship(Delivery<OrderPlaced> order) throws Stock.NoneLeftException {
    mostAttempts.accumulateAndGet(order.attempt(), Math::max);
    stock.ship(order.payload());
  }

  private static void publish(Events events) {
    List<CompletableFuture<?>> published = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      String article = i == COUNT - 1 ? NEVER : i % 10 == 0 && i < 90 ? LATE : "a book";
      published.add(events.publish(ORDERS, new OrderPlaced("customer-" + i % 10, i, article)));
    }
    published.forEach(CompletableFuture::join);
  }

  /** Whether all orders of its customer were shipped before this one that were in stock. */
  private boolean isLast(int number) {
    List<Integer> ofCustomer =
        stock.shipped().stream()
            .filter(order -> order.customer().equals("customer-" + number % 10))
            .map(OrderPlaced::number)
            .toList();
    return ofCustomer.indexOf(number) > ofCustomer.indexOf(number + 90);
  }

  private static boolean areDistinct(List<OrderPlaced> orders) {
    return orders.stream().distinct().count() == orders.size();
  }

  private final class Ends implements EventsProbe {
    @Override
    public void settled(Delivery<?> delivery, Settlement settlement) {
      if (delivery.event().payload() instanceof OrderPlaced order) {
        ends.put(order.number() + " of " + delivery.topic().name(), settlement);
      }
    }
  }

  private static boolean await(BooleanSupplier condition) {
    long by = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < by) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return condition.getAsBoolean();
  }

  private void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    isGood &= holds;
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }
}
