package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A consumer with other needs than billing. */
class ShippingContractTest extends ConsumerContractSuite {
  ShippingContractTest() {
    super(Contract.onClassPath("contracts/order-placed"), "shipping");
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
        OrderPlaced.ORDERS,
        "shipping",
        order -> {
          OrderPlaced placed = order.payload();
          if (BigDecimal.ZERO.compareTo(Objects.requireNonNullElse(placed.total(), BigDecimal.ONE))
              > 0) {
            throw new RejectedException("the total is negative");
          }
          Objects.requireNonNull(placed.orderId());
          for (OrderPlaced.Line line :
              Objects.requireNonNullElse(placed.lines(), List.<OrderPlaced.Line>of())) {
            Objects.requireNonNull(line.sku());
          }
        });
  }
}
