package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.serde.avro.AvroSerde;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.spi.EventsBuilder;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;

/** A consumer of Avro. */
final class LedgerContractTest extends ConsumerContractSuite {
  private static final Topic<GenericRecord> PAYMENTS =
      Topic.of("payments", GenericRecord.class).named(GenericRecord.class, "PaymentTaken");

  private final InMemorySchemas registry = new InMemorySchemas();

  LedgerContractTest() {
    super(Contract.onClassPath("contracts/payment-taken"), "ledger");
  }

  @Override
  protected SchemaIds schemaIds() {
    return SchemaIds.of(
        id -> registry.byId(id).schema(),
        (subject, schema) -> registry.register(subject, schema).id());
  }

  @Override
  protected void assemble(EventsBuilder events) {
    events.serde(AvroSerde.factory(registry)).onDelivery(DeadLetter.toTopicWithSuffix(".dlq"));
  }

  @Override
  protected Set<String> otherTopics() {
    return Set.of("payments.dlq");
  }

  @Override
  protected void subscribe(Events events) {
    events.subscribe(
        PAYMENTS,
        "ledger",
        payment -> {
          if (!payment.payload().hasField("amount")) {
            throw new IllegalStateException("there is no amount");
          }
        });
  }
}
