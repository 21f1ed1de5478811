package com.acme.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.contracts.ConsumerContractSuite;
import dev.kafkaevents.contracts.Contract;
import dev.kafkaevents.contracts.SchemaIds;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.Set;

/** We handle whatever the contract of team shipping allows, without their service being there. */
class HandledShipmentsTest extends ConsumerContractSuite {
  private final InMemorySchemas schemas = new InMemorySchemas();
  private Orders orders;

  HandledShipmentsTest() {
    super(Contract.onClassPath("contracts/shipment-dispatched"), "orders");
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events.serde(AvroSerde.factory(schemas)).onDelivery(DeadLetter.toTopicWithSuffix(".dlq"));
  }

  @Override
  protected SchemaIds schemaIds() {
    return SchemaIds.of(
        id -> schemas.byId(id).schema(),
        (subject, schema) -> schemas.register(subject, schema).id());
  }

  @Override
  protected Set<String> otherTopics() {
    return Set.of("shipments.dlq");
  }

  @Override
  protected void subscribe(Events events) {
    orders = new Orders(events);
    events.subscribe(Orders.SHIPMENTS, "orders", orders::shipped);
  }

  @Override
  protected void handled(String sample) {
    assertThat(orders.shipmentOf("6f4f10cf-54c5-4e2c-8b58-6a1d2a44d001")).contains("s-1");
  }
}
