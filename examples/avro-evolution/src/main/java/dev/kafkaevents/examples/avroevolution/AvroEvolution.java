package dev.kafkaevents.examples.avroevolution;

import dev.kafkaevents.Events;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.examples.cluster.Registry;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.CheckSchemas;
import dev.kafkaevents.serde.avro.SchemaRegistry;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two versions of an event class publish to one topic, and each reads what the other wrote. */
public final class AvroEvolution {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ORDERS = 100;
  private static final BigDecimal TOTAL = new BigDecimal("9.90");

  private final PrintStream out;
  private final Registry registry;
  private boolean isGood = true;

  private AvroEvolution(PrintStream out, Registry registry) {
    this.out = out;
    this.registry = registry;
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    try (Registry registry = Registry.connect();
        Cluster cluster = Cluster.connect("avro-evolution")) {
      out.println("Kafka:    " + cluster + "\nregistry: " + registry + "\n");
      cluster.createTopic(FirstVersion.ORDERS.name(), 2);
      AvroEvolution example = new AvroEvolution(out, registry);
      try (Events first = example.service(cluster);
          Events second = example.service(cluster)) {
        example.run(first, second);
      }
      out.println(example.isGood ? "\nAll of it happened." : "\nNOT all of it happened.");
      return example.isGood;
    }
  }

  private Events service(Cluster cluster) {
    return KafkaEvents.builder(cluster.config())
        .serde(AvroSerde.factory(client()))
        .names(cluster.names())
        .build();
  }

  private void run(Events first, Events second) {
    List<FirstVersion.OrderPlaced> byFirst = new CopyOnWriteArrayList<>();
    List<SecondVersion.OrderPlaced> bySecond = new CopyOnWriteArrayList<>();
    first.subscribe(FirstVersion.ORDERS, "shipping", order -> byFirst.add(order.payload()));

    out.println("All services have the first version of the event:");
    check("it may be registered", problems(FirstVersion.OrderPlaced.class).isEmpty());
    publish(first, FirstVersion.ORDERS, AvroEvolution::ofFirst);
    check("100 orders are handled", await(byFirst, ORDERS));

    out.println("\nOne service has the second version, which adds a currency:");
    check("the registry takes it", problems(SecondVersion.OrderPlaced.class).isEmpty());
    second.subscribe(SecondVersion.ORDERS, "billing", order -> bySecond.add(order.payload()));
    check("it handles the orders of before", await(bySecond, ORDERS));
    check("they are in EUR, as its class says", count(bySecond, "EUR") == ORDERS);

    out.println("\nBoth versions publish, side by side:");
    publish(first, FirstVersion.ORDERS, AvroEvolution::ofFirst);
    publish(second, SecondVersion.ORDERS, AvroEvolution::ofSecond);
    check("the second handles all 300", await(bySecond, 3 * ORDERS));
    check(
        "200 of them in EUR, 100 in CHF",
        count(bySecond, "EUR") == 2 * ORDERS && count(bySecond, "CHF") == ORDERS);
    check("the first handles all 300, and knows of no currency", await(byFirst, 3 * ORDERS));
    check(
        "every total is what it was, to the digit",
        totals(byFirst, bySecond).equals(Set.of(TOTAL)));

    out.println("\nSomebody adds a country, and no default for it:");
    List<String> problems = problems(BrokenVersion.OrderPlaced.class);
    check("the check before the deployment says no", !problems.isEmpty());
    problems.forEach(problem -> out.println("         " + problem));
    check("deployed all the same, it can't publish", isRefused(second));
    check("nothing else has come to the topic", byFirst.size() == 3 * ORDERS);
  }

  /** What a build asks before it deploys; nothing is registered by it. */
  private List<String> problems(Class<?> type) {
    return CheckSchemas.problems(client(), FirstVersion.ORDERS.name() + "-value", type);
  }

  /** Each service has its own, and asks for itself. */
  private SchemaRegistry client() {
    return SchemaRegistry.builder(registry.url()).build();
  }

  private static FirstVersion.OrderPlaced ofFirst(int number) {
    return new FirstVersion.OrderPlaced("o-" + number, TOTAL);
  }

  private static SecondVersion.OrderPlaced ofSecond(int number) {
    return new SecondVersion.OrderPlaced("o-" + number, TOTAL, "CHF");
  }

  private static <T> void publish(Events events, Topic<T> topic, IntFunction<T> order) {
    List<CompletableFuture<?>> published = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      published.add(events.publish(topic, order.apply(i)));
    }
    published.forEach(CompletableFuture::join);
  }

  private static boolean isRefused(Events events) {
    try {
      events
          .publish(BrokenVersion.ORDERS, new BrokenVersion.OrderPlaced("o-1", TOTAL, "CH"))
          .join();
      return false;
    } catch (CompletionException e) {
      return e.getCause() instanceof PublishException refused
          && refused.outcome() == PublishException.Outcome.REJECTED;
    }
  }

  private static long count(List<SecondVersion.OrderPlaced> orders, String currency) {
    return orders.stream().filter(order -> order.currency().equals(currency)).count();
  }

  private static Set<BigDecimal> totals(
      List<FirstVersion.OrderPlaced> byFirst, List<SecondVersion.OrderPlaced> bySecond) {
    return Stream.concat(
            byFirst.stream().map(FirstVersion.OrderPlaced::total),
            bySecond.stream().map(SecondVersion.OrderPlaced::total))
        .collect(Collectors.toSet());
  }

  private static boolean await(Collection<?> handled, int size) {
    BooleanSupplier condition = () -> handled.size() == size;
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
