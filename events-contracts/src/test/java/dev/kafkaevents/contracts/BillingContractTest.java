package dev.kafkaevents.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.Set;

// CONSUMER
final class BillingContractTest extends ConsumerContractSuite {
  private Billing billing = new Billing();

  BillingContractTest() {
    super(Contract.onClassPath("contracts/order-placed"), "billing");
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
    billing = new Billing();
    events.subscribe(OrderPlaced.ORDERS, "billing", billing);
  }

  @Override
  protected void handled(String sample) {
    assertThat(billing.invoices).hasSize(1);
  }
}
// CONSUMER ends
