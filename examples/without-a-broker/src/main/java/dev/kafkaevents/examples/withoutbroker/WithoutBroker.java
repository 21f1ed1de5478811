package dev.kafkaevents.examples.withoutbroker;

import static dev.kafkaevents.examples.withoutbroker.Invoicing.INVOICES;
import static dev.kafkaevents.examples.withoutbroker.Invoicing.ORDERS;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.Message;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An afternoon of the service in a moment: Kafka is in memory, its time is virtual, and the mail
 * server is away for three hours. What a test would assert is printed here.
 */
public final class WithoutBroker {
  private static final int COUNT = 10;
  private static final Duration AWAY = Duration.ofHours(3);

  private final PrintStream out;
  private boolean allHold = true;

  private WithoutBroker(PrintStream out) {
    this.out = out;
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out) {
    WithoutBroker example = new WithoutBroker(out);
    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
      example.run(kafka);
    }
    out.println(example.allHold ? "\nAll of it happened." : "\nNOT all of it happened.");
    return example.allHold;
  }

  private void run(InMemoryKafka kafka) {
    kafka.createTopic(ORDERS.name(), 3);
    kafka.createTopic(ORDERS.name() + ".dlq", 1);
    kafka.createTopic(INVOICES.name(), 3);
    long began = System.nanoTime();
    Instant noon = kafka.now();
    Instant back = noon.plus(AWAY);
    List<String> sent = new CopyOnWriteArrayList<>();
    AtomicInteger inVain = new AtomicInteger();
    Mail mail =
        (customer, text) -> {
          if (kafka.now().isBefore(back)) {
            inVain.incrementAndGet();
            throw new IOException("the mail server does not answer");
          }
          sent.add(customer);
        };

    List<InvoiceSent> invoices = new CopyOnWriteArrayList<>();
    AtomicInteger deadLetters = new AtomicInteger();
    EventsProbe probe =
        new EventsProbe() {
          @Override
          public void settled(Delivery<?> delivery, Settlement settlement) {
            if (settlement instanceof Settlement.DeadLettered) {
              deadLetters.incrementAndGet();
            }
          }
        };
    try (Events others = kafka.events("others").serde(JsonSerde.factory()).build();
        Events events = Invoicing.assembly(kafka.events("shop")).probe(probe).build()) {
      others.subscribe(INVOICES, "accounts", invoice -> invoices.add(invoice.payload()));
      Subscription invoicing = Invoicing.start(events, mail);
      for (int i = 0; i < COUNT; i++) {
        place(others, new OrderPlaced("o-" + i, "c-" + i, 100 + i));
      }
      place(others, new OrderPlaced("o-free", "c-free", 0));
      var unused = others.send(Message.of(ORDERS.name(), null, "{no order".getBytes(UTF_8)));
      kafka.settle(); // three hours and more
      check("all is done, and the service runs", invoicing.lag().orElse(-1) == 0);
    }

    Duration passed = Duration.between(noon, kafka.now());
    out.printf(
        "%d orders, while the mail server is away for 3 hours: %d calls in vain%n",
        COUNT, inVain.get());
    out.printf(
        "%d h %02d min passed in Kafka, %.1f s here%n",
        passed.toHours(), passed.toMinutesPart(), (System.nanoTime() - began) / 1e9);
    Set<String> customers =
        IntStream.range(0, COUNT).mapToObj(i -> "c-" + i).collect(Collectors.toSet());
    check("each order got one mail", sent.size() == COUNT && new HashSet<>(sent).equals(customers));
    check("and one event", invoices.size() == COUNT && new HashSet<>(invoices).size() == COUNT);
    check("none before the server was back, however often it was tried", inVain.get() >= COUNT);
    check(
        "the order of nothing and the record that is none are dead letters",
        deadLetters.get() == 2);
  }

  private static void place(Events events, OrderPlaced order) {
    var unused = events.publish(ORDERS, order);
  }

  private void check(String what, boolean holds) {
    out.println((holds ? "  yes  " : "! NO   ") + what);
    allHold &= holds;
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }
}
