package dev.kafkaevents.examples.withoutbroker;

import static dev.kafkaevents.examples.withoutbroker.Invoicing.GROUP;
import static dev.kafkaevents.examples.withoutbroker.Invoicing.INVOICES;
import static dev.kafkaevents.examples.withoutbroker.Invoicing.ORDERS;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatGroup;
import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatTopic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The tests of the service: no broker, no waiting, and the code of production. */
@EventsTest
final class InvoicingTest {
  private static final OrderPlaced ORDER = new OrderPlaced("o-1", "c-1", 990);
  private static final InvoiceSent INVOICE = new InvoiceSent("o-1", 990);

  private final List<String> mails = new CopyOnWriteArrayList<>();

  private static Events start(TestKafka kafka, Mail mail) {
    kafka.createTopic(ORDERS.name(), 2);
    kafka.createTopic(ORDERS.name() + ".dlq", 1);
    kafka.createTopic(INVOICES.name(), 2);
    Events events = kafka.events(Invoicing::assembly);
    Invoicing.start(events, mail);
    return events;
  }

  private void send(String customer, String text) {
    mails.add(customer + ": " + text);
  }

  @Test
  void order_isInvoicedOnce(TestKafka kafka) {
    Events events = start(kafka, this::send);
    var published = events.publish(ORDERS, ORDER);
    kafka.settle();
    assertThat(published).isCompleted();
    assertThat(mails).containsExactly("c-1: o-1: 990 cents");
    assertThatTopic(kafka, INVOICES).single().hasKey("o-1").hasPayload(INVOICE);
  }

  @Test
  void mailServerThatIsAway_isTriedAgain_forHours(TestKafka kafka) {
    AtomicInteger calls = new AtomicInteger();
    Events events =
        start(
            kafka,
            (customer, text) -> {
              if (calls.incrementAndGet() < 400) {
                throw new IOException("the mail server does not answer");
              }
              send(customer, text);
            });
    var published = events.publish(ORDERS, ORDER);
    kafka.settle(); // some three hours, in no time
    assertThat(published).isCompleted();
    assertThat(mails).hasSize(1);
    assertThatGroup(kafka, GROUP).isCaughtUpWith(ORDERS).madeAttempts(400);
  }

  @Test
  void orderThatCanNotBeInvoiced_isADeadLetterAtOnce(TestKafka kafka) {
    Events events = start(kafka, this::send);
    var published = events.publish(ORDERS, new OrderPlaced("o-1", "c-1", 0));
    kafka.settle();
    assertThat(published).isCompleted();
    assertThatDeadLetters(kafka, ORDERS.name() + ".dlq")
        .single()
        .afterAttempts(1)
        .failedWith(RejectedException.class)
        .keptTheRecord();
    assertThat(mails).isEmpty();
  }

  @Test
  void recordThatIsNoOrder_isADeadLetter_andHoldsUpNobody(TestKafka kafka) {
    Events events = start(kafka, this::send);
    kafka.write(ORDERS.name(), "o-1", "{no order".getBytes(UTF_8));
    var published = events.publish(ORDERS, ORDER);
    kafka.settle();
    assertThat(published).isCompleted();
    assertThatDeadLetters(kafka, ORDERS.name() + ".dlq").single().failedWith(SerdeException.class);
    assertThatTopic(kafka, INVOICES).single().hasPayload(INVOICE);
  }

  @Test
  void orderThatComesTwice_hasTwoInvoicesOfOneId(TestKafka kafka) {
    kafka.faults().delivery(GROUP).repeated();
    Events events = start(kafka, this::send);
    var published = events.publish(ORDERS, events.event(ORDERS, ORDER).withId("e-1"));
    kafka.settle();
    assertThat(published).isCompleted();
    assertThatTopic(kafka, INVOICES)
        .hasSize(2)
        .eachEvent(invoice -> invoice.hasId("invoice-for-e-1"));
  }
}
