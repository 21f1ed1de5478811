package com.acme.shipping;

import dev.kafkaevents.Events;
import dev.kafkaevents.contracts.Contract;
import dev.kafkaevents.contracts.ProducerContractSuite;
import dev.kafkaevents.contracts.SchemaIds;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.Set;

/** What we publish is what our contract says. */
class PublishedShipmentsTest extends ProducerContractSuite {
  private final InMemorySchemas schemas = new InMemorySchemas();

  PublishedShipmentsTest() {
    super(Contract.onClassPath("contracts/shipment-dispatched"));
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events
        .serde(AvroSerde.factory(schemas).onlyFor(ShipmentDispatched.class))
        .serde(JsonSerde.factory());
  }

  @Override
  protected SchemaIds schemaIds() {
    return SchemaIds.of(
        id -> schemas.byId(id).schema(),
        (subject, schema) -> schemas.register(subject, schema).id());
  }

  @Override
  protected Set<String> otherTopics() {
    return Set.of("orders");
  }

  @Override
  protected void publish(Events events) {
    events.subscribe(Shipping.ORDERS, "shipping", new Shipping(events, (order, address) -> {}));
    events.publish(Shipping.ORDERS, new OrderPlaced("o-1", "Main Street 1")).join();
  }
}
