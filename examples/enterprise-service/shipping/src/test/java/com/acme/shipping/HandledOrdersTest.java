package com.acme.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.contracts.ConsumerContractSuite;
import dev.kafkaevents.contracts.Contract;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** We handle whatever the contract of team orders allows, without their service being there. */
class HandledOrdersTest extends ConsumerContractSuite {
  private final InMemorySchemas schemas = new InMemorySchemas();
  private final Set<String> packed = ConcurrentHashMap.newKeySet();

  HandledOrdersTest() {
    super(Contract.onClassPath("contracts/order-placed"), "shipping");
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events
        .serde(AvroSerde.factory(schemas).onlyFor(ShipmentDispatched.class))
        .serde(JsonSerde.factory())
        .onDelivery(DeadLetter.toTopicWithSuffix(".dlq"));
  }

  @Override
  protected Set<String> otherTopics() {
    return Set.of("orders.dlq", "shipments");
  }

  @Override
  protected void subscribe(Events events) {
    packed.clear();
    Warehouse warehouse = (orderId, address) -> packed.add(orderId);
    events.subscribe(Shipping.ORDERS, "shipping", new Shipping(events, warehouse));
  }

  @Override
  protected void handled(String sample) {
    assertThat(packed).hasSize(1);
  }
}
