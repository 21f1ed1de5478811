package dev.kafkaevents.examples.breaker;

import dev.kafkaevents.Events;
import dev.kafkaevents.PauseReason;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.serde.json.JsonSerde;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A ledger goes down and comes back while orders are booked in it. */
public final class PausingBreaker {
  private static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  private static final int KEYS = 10;

  private final PrintStream out;
  private final Checklist list;

  private PausingBreaker(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    PausingBreaker example = new PausingBreaker(out);
    try (Cluster cluster = Cluster.connect("breaker")) {
      out.println("Kafka: " + cluster + "\n");
      cluster.createTopic(ORDERS.name(), 2);
      cluster.createTopic(ORDERS.name() + ".dlq", 1);
      example.run(cluster);
    }
    return example.list.conclude();
  }

  private void run(Cluster cluster) {
    Ledger ledger = new Ledger();
    AtomicInteger mostAttempts = new AtomicInteger();
    Breaker breaker = Breaker.around("ledger", e -> e instanceof Ledger.DownException);
    try (Events events =
        KafkaEvents.builder(cluster.config())
            .serde(JsonSerde.factory())
            .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"))
            .onDelivery(Retry.upTo(3, Duration.ofMillis(50)))
            .onDelivery(breaker)
            .names(cluster.names())
            .build()) {
      Subscription booking =
          events.subscribe(
              ORDERS,
              "booking",
              order -> {
                mostAttempts.accumulateAndGet(order.attempt(), Math::max);
                ledger.book(order.payload());
              });
      publish(events, 0, 100);
      list.await("100 orders are booked", () -> ledger.booked().size() == 100);

      out.println("\nThe ledger goes down, and 100 more orders come:");
      ledger.goDown();
      publish(events, 100, 200);
      list.await(
          "the breaker opens", () -> breaker.circuit().getState() == CircuitBreaker.State.OPEN);
      list.await("the partitions are paused for it", () -> isPaused(booking));
      list.check(
          "the subscription runs, and is behind", booking.state() == Subscription.State.RUNNING);
      list.check("no order is lost meanwhile, and none booked", ledger.booked().size() == 100);

      out.println("\nThe ledger comes back:");
      ledger.comeBack();
      list.await("200 orders are booked", () -> ledger.booked().size() == 200);
      list.check("each once", new HashSet<>(ledger.booked()).size() == 200);
      list.check("those of one key in their order", inOrder(ledger.booked()));
      list.check(
          "no failure of the ledger was an attempt, or made a dead letter",
          mostAttempts.get() == 1);
      list.await("nothing is left over", () -> booking.lag().orElse(-1) == 0);
      out.println("\n" + ledger.refused() + " calls were made in vain.");
    }
  }

  private static void publish(Events events, int from, int to) {
    List<CompletableFuture<?>> published = new ArrayList<>();
    for (int i = from; i < to; i++) {
      published.add(events.publish(ORDERS, new OrderPlaced("o-" + i % KEYS, i)));
    }
    published.forEach(CompletableFuture::join);
  }

  private static boolean isPaused(Subscription subscription) {
    return subscription.health().partitions().stream()
        .anyMatch(partition -> partition.paused().contains(PauseReason.DEPENDENCY));
  }

  private static boolean inOrder(List<OrderPlaced> booked) {
    Map<String, Integer> last = new HashMap<>();
    return booked.stream()
        .allMatch(
            order -> {
              Integer before = last.put(order.orderId(), order.number());
              return before == null || before < order.number();
            });
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }
}
