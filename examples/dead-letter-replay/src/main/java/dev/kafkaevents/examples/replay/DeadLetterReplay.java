package dev.kafkaevents.examples.replay;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.Events;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.replay.Replay;
import dev.kafkaevents.resilience.DeadLetterOrigin;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsProbe;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A handler has a mistake, is repaired, and gets the events once more that it could not handle. */
public final class DeadLetterReplay {
  private static final int COUNT = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);
  private static final String DEAD_LETTERS = ORDERS.name() + ".dlq";

  /** For the group that failed, and for no other: those have handled the events long ago. */
  private static final Topic<OrderPlaced> REPLAYED =
      Topic.of("orders.billing.replay", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private final PrintStream out;
  private final Checklist list;
  private final Set<String> billed = ConcurrentHashMap.newKeySet();

  private DeadLetterReplay(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) throws InterruptedException {
    DeadLetterReplay example = new DeadLetterReplay(out);
    try (Cluster cluster = Cluster.connect("dead-letter-replay")) {
      out.println("Kafka: " + cluster + "\n");
      cluster.createTopic(ORDERS.name(), 2);
      cluster.createTopic(DEAD_LETTERS, 1);
      cluster.createTopic(REPLAYED.name(), 2);
      cluster.createTopic(REPLAYED.name() + ".dlq", 1);
      example.run(cluster);
    }
    return example.list.conclude();
  }

  private void run(Cluster cluster) throws InterruptedException {
    out.println("The handler divides by what is left of a discount:");
    handle(
        cluster, ORDERS, COUNT, true, order -> bill(order, 1_000 / (order.payload().cents() % 4)));
    list.check("30 orders are billed, and 10 are dead letters", billed.size() == 30);

    out.println("\nIt is repaired, and the dead letters are replayed:");
    Replay replay =
        Replay.of(cluster.names().topic(DEAD_LETTERS))
            .to(cluster.names().topic(REPLAYED.name()))
            .withSelection(
                letter -> {
                  DeadLetterOrigin origin = letter.origin();
                  return origin != null && "billing".equals(origin.group());
                });
    Replay.Report first = replay.run(cluster.config());
    out.println("  " + first);
    list.check("10 are sent", first.sent() == 10);
    list.check(
        "of one cause",
        first.failures().keySet().equals(Set.of(ArithmeticException.class.getName())));
    Replay.Report again = replay.run(cluster.config());
    list.check("the same run sends none twice", again.sent() == 0);

    handle(cluster, REPLAYED, 10, false, order -> bill(order, order.payload().cents()));
    Set<String> all = IntStream.range(0, COUNT).mapToObj(i -> "o-" + i).collect(Collectors.toSet());
    list.check("all " + COUNT + " orders are billed", billed.equals(all));
  }

  private void bill(Delivery<OrderPlaced> order, int cents) {
    if (cents >= 0) {
      billed.add(order.payload().orderId());
    }
  }

  /** Runs billing until {@code count} events are settled, one way or the other. */
  private void handle(
      Cluster cluster,
      Topic<OrderPlaced> topic,
      int count,
      boolean publishing,
      EventHandler<OrderPlaced> handler)
      throws InterruptedException {
    CountDownLatch settled = new CountDownLatch(count);
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void settled(Delivery<?> delivery, Settlement settlement) {
            settled.countDown();
          }
        };
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .install(Resilience.retryThenDeadLetter(2, Duration.ofMillis(20)))
            .probe(probe)
            .names(cluster.names())
            .build()) {
      if (publishing) {
        publish(events);
      }
      Subscription billing = events.subscribe(topic, "billing", handler);
      list.check(
          count + " events of " + topic.name() + " are settled",
          settled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      billing.close();
    }
  }

  private static void publish(Events events) {
    List<CompletableFuture<?>> published = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      published.add(events.publish(ORDERS, new OrderPlaced("o-" + i, i)));
    }
    published.forEach(CompletableFuture::join);
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(System.out) ? 0 : 1);
  }
}
