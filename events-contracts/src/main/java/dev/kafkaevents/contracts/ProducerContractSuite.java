package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A test of the team that publishes: the application does what it does, and what is then in the log
 * is judged by its contracts.
 *
 * <pre>{@code
 * final class ShopContractTest extends ProducerContractSuite {
 *   ShopContractTest() {
 *     super(Contract.onClassPath("contracts/order-placed"));
 *   }
 *
 *   @Override
 *   protected void assemble(EventsBuilder events) {
 *     events.serde(JsonSerde.factory());
 *   }
 *
 *   @Override
 *   protected void publish(Events events) {
 *     Shop shop = new Shop(events);
 *     shop.place(basket());
 *     shop.placeWithDiscount(basket(), 10);
 *   }
 * }
 * }</pre>
 *
 * <p>In memory, unless the class says {@code @EventsTest(on = BROKER)}. See {@link ProducerCheck}
 * for what is judged.
 */
@EventsTest
public abstract class ProducerContractSuite {
  private final Map<String, List<Contract>> byTopic = new LinkedHashMap<>();

  /** By these contracts; topics may carry events of several. */
  protected ProducerContractSuite(Contract... contracts) {
    if (contracts.length == 0) {
      throw new IllegalArgumentException("there is no contract to judge by");
    }
    for (Contract contract : contracts) {
      byTopic.computeIfAbsent(contract.topic(), topic -> new ArrayList<>()).add(contract);
    }
  }

  /** Installs what the application installs. */
  protected abstract void assemble(EventsBuilder events);

  /** Has the application publish an event of each shape. What it throws fails the test. */
  protected abstract void publish(Events events) throws Exception;

  /** Topics besides those of the contracts that are needed. They get one partition. */
  protected Set<String> otherTopics() {
    return Set.of();
  }

  /** The ids of the registry that the serde uses; needed for Avro only. */
  protected SchemaIds schemaIds() {
    return SchemaIds.none();
  }

  @Test
  void whatIsPublished_keepsTheContract(TestKafka kafka) throws Exception {
    byTopic.values().forEach(contracts -> Topics.create(contracts.get(0), Stage.of(kafka)));
    otherTopics().forEach(topic -> kafka.createTopic(topic, 1));
    publish(
        kafka.events(
            builder -> {
              assemble(builder);
              return builder;
            }));
    kafka.settle();
    byTopic.forEach(
        (topic, contracts) ->
            ProducerCheck.of(contracts.toArray(new Contract[0]))
                .withSchemaIds(schemaIds())
                .verify(kafka.records(topic)));
  }
}
