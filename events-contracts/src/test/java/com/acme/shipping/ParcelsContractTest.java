package com.acme.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.contracts.ConsumerContractSuite;
import dev.kafkaevents.contracts.Contract;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

/** As another team writes it: in a package of its own, which sees what is public only. */
public final class ParcelsContractTest extends ConsumerContractSuite {
  private record Order(String orderId, double total) {}

  private static final Topic<Order> ORDERS =
      Topic.of("orders", Order.class).named(Order.class, "OrderPlaced");

  private final List<String> handled = new ArrayList<>();

  public ParcelsContractTest() {
    super(Contract.onClassPath("contracts/order-placed"), "parcels");
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events.serde(JsonSerde.factory()).onDelivery(DeadLetter.toTopicWithSuffix(".dlq"));
  }

  @Override
  protected Set<String> otherTopics() {
    return Set.of("orders.dlq");
  }

  @Override
  protected void subscribe(Events events) {
    events.subscribe(
        ORDERS,
        "parcels",
        order -> {
          if (order.payload().total() < 0) {
            throw new RejectedException("the total is negative");
          }
        });
  }

  @Override
  protected void handled(String sample) {
    handled.add(sample);
  }

  @AfterAll
  void allSamplesWereTried() {
    assertThat(handled).hasSize(6);
  }
}
