package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test of a team that handles events of another: each sample of the contract, in each version
 * that may be on the topic, goes through the real handler, twice. It must be handled and committed;
 * an invalid one must end as the contract says. And the fields it needs are found and written down.
 *
 * <pre>{@code
 * final class BillingContractTest extends ConsumerContractSuite {
 *   BillingContractTest() {
 *     super(Contract.onClassPath("contracts/order-placed"), "billing");
 *   }
 *
 *   @Override
 *   protected void assemble(EventsBuilder events) {
 *     events.serde(JsonSerde.factory()).onDelivery(DeadLetter.toTopicWithSuffix(".dlq"));
 *   }
 *
 *   @Override
 *   protected Set<String> otherTopics() {
 *     return Set.of("orders.dlq");
 *   }
 *
 *   @Override
 *   protected void subscribe(Events events) {
 *     events.subscribe(ORDERS, "billing", new Billing(new InMemoryInvoices()));
 *   }
 * }
 * }</pre>
 *
 * <p>In memory, unless the class says {@code @EventsTest(on = BROKER)}; needs are found in memory
 * always. Each sample has a Kafka of its own, or a topic of its own on a broker.
 */
@EventsTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ConsumerContractSuite {
  private final Contract contract;
  private final String consumer;

  /** Of {@code consumer}, which gives its name to the file of its needs. */
  protected ConsumerContractSuite(Contract contract, String consumer) {
    this.contract = contract;
    this.consumer = Needs.requireLegalName(consumer);
  }

  /** Installs what the application installs. */
  protected abstract void assemble(EventsBuilder events);

  /** Subscribes the application's handler, a new one on new state each time. */
  protected abstract void subscribe(Events events);

  /** Topics besides that of the contract that are needed, such as that of the dead letters. */
  protected Set<String> otherTopics() {
    return Set.of();
  }

  /** The ids of the registry that the serde uses; needed for Avro only. */
  protected SchemaIds schemaIds() {
    return SchemaIds.none();
  }

  /**
   * What the application must have done once a sample was delivered, twice; called after each that
   * is handled, with its name and that of the version it was written with, such as {@code full in
   * v2}. To be overridden; what it throws fails the test.
   */
  protected void handled(String sample) {}

  /**
   * Where {@code consumers/<consumer>.needs.yaml} is written, to be added to the contract: {@code
   * target/contracts/<event>} unless overridden.
   */
  protected Path needsDirectory() {
    return Path.of("target", "contracts", contract.event());
  }

  private ConsumerCheck check() {
    return new ConsumerCheck(contract, otherTopics(), this::assemble, this::subscribe);
  }

  List<Case> cases() {
    return Case.all(contract, schemaIds());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aSample_endsAsTheContractSays(Case each, TestKafka kafka) {
    check().verify(each, Stage.of(kafka));
    if (each.ends() == Ending.HANDLED) {
      handled(each.name());
    }
  }

  @Test
  void whatIsNeeded_isWhatIsWrittenDown() {
    Needs found = new NeedsFinder(contract, consumer, check(), schemaIds()).find();
    Path file = found.writeInto(needsDirectory());
    for (Needs written : contract.needs()) {
      if (written.consumer().equals(consumer) && !written.isSameAs(found)) {
        throw new AssertionError(
            "%s needs %s, but the contract says %s: replace its file by %s"
                .formatted(consumer, found.fields(), written.fields(), file));
      }
    }
  }
}
