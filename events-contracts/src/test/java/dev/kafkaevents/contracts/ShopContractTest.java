package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;

// PRODUCER
final class ShopContractTest extends ProducerContractSuite {
  ShopContractTest() {
    super(Contract.onClassPath("contracts/order-placed"));
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events.serde(JsonSerde.factory());
  }

  @Override
  protected void publish(Events events) {
    Shop shop = new Shop(events);
    shop.place("9.90");
    shop.placeWithDiscount("120.00", 10);
  }
}
// PRODUCER ends
