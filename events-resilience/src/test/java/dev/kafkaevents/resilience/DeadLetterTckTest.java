package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import dev.kafkaevents.testkit.tck.DeliveryInterceptorTck;

@EventsTest
class DeadLetterTckTest extends DeliveryInterceptorTck {
  @Override
  protected DeliveryInterceptor interceptor() {
    return DeadLetter.toTopicWithSuffix(".dlq");
  }

  @Override
  protected void prepare(TestKafka kafka) {
    kafka.createTopic("notes.dlq", 1);
  }
}
