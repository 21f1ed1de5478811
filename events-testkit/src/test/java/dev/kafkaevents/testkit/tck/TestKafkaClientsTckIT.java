package dev.kafkaevents.testkit.tck;

import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;

/** The clients of tests: Kafka's own or those in memory, with the faults around them. */
@EventsTest(on = {Backend.MEMORY, Backend.BROKER})
final class TestKafkaClientsTckIT extends KafkaClientsTck {
  @Override
  protected KafkaClients clients(TestKafka kafka) {
    return kafka.clients();
  }
}
