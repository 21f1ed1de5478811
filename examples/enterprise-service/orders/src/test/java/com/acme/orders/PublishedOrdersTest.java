package com.acme.orders;

import dev.kafkaevents.Events;
import dev.kafkaevents.contracts.Contract;
import dev.kafkaevents.contracts.ProducerContractSuite;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import java.math.BigDecimal;

/** What we publish is what our contract says. */
class PublishedOrdersTest extends ProducerContractSuite {
  PublishedOrdersTest() {
    super(Contract.onClassPath("contracts/order-placed"));
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events.serde(JsonSerde.factory());
  }

  @Override
  protected void publish(Events events) {
    Orders orders = new Orders(events);
    orders.place(new BigDecimal("9.90"), "Main Street 1", null).join();
    orders.place(new BigDecimal("120.00"), "Main Street 2", "Happy birthday").join();
  }
}
