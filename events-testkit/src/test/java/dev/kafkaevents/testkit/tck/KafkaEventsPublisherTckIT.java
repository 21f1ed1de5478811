package dev.kafkaevents.testkit.tck;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.spi.Serde;
import dev.kafkaevents.testkit.junit.Backend;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;

@EventsTest(on = {Backend.MEMORY, Backend.BROKER})
final class KafkaEventsPublisherTckIT extends PublisherTck {
  @Override
  protected EventPublisher publisher(TestKafka kafka, Serde.Factory serde) {
    return kafka.events(builder -> builder.serde(serde));
  }
}
