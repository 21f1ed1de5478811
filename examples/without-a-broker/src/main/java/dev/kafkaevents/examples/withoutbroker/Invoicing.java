package dev.kafkaevents.examples.withoutbroker;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Event;
import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.IOException;
import java.time.Duration;

/**
 * The service: for each order it sends an invoice, and says so. It knows nothing of tests: its
 * {@link #assembly} and {@link #start} are called by them as by the main of production.
 */
final class Invoicing {
  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);
  static final Topic<InvoiceSent> INVOICES =
      Topic.of("invoices", InvoiceSent.class).keyedBy(InvoiceSent::orderId);

  static final String GROUP = "invoicing";

  /** With half a minute between them, that is about four hours. */
  private static final int ATTEMPTS = 500;

  private final Events events;
  private final Mail mail;

  private Invoicing(Events events, Mail mail) {
    this.events = events;
    this.mail = mail;
  }

  /** How it deals with Kafka, wherever that is. */
  static KafkaEvents.Builder assembly(KafkaEvents.Builder builder) {
    return builder
        .serde(JsonSerde.factory())
        .install(Resilience.retryThenDeadLetter(ATTEMPTS, Duration.ofSeconds(1)));
  }

  /** Runs until the subscription is closed, or fails. */
  static Subscription start(Events events, Mail mail) {
    Invoicing invoicing = new Invoicing(events, mail);
    return events.subscribe(ORDERS, GROUP, invoicing::invoice);
  }

  private void invoice(Delivery<OrderPlaced> order) throws IOException {
    OrderPlaced placed = order.payload();
    if (placed.cents() <= 0) {
      throw new RejectedException("an order of nothing has no invoice");
    }
    mail.send(placed.customer(), "%s: %d cents".formatted(placed.orderId(), placed.cents()));
    // The same id if the order comes twice, so that who reads it can tell.
    Event<InvoiceSent> sent =
        events
            .event(INVOICES, new InvoiceSent(placed.orderId(), placed.cents()))
            .withId("invoice-for-" + order.event().id());
    events.publish(INVOICES, sent).join();
  }
}
