package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import dev.kafkaevents.testkit.tck.DeliveryInterceptorTck;
import java.time.Duration;

@EventsTest
class UnorderedRetryTckTest extends DeliveryInterceptorTck {
  @Override
  protected DeliveryInterceptor interceptor() {
    return UnorderedRetry.after(Duration.ofHours(1));
  }

  @Override
  protected void prepare(TestKafka kafka) {
    kafka.createTopic("notes.readers.retry", 1);
  }
}
