package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.tck.DeliveryInterceptorTck;

@EventsTest
class DeduplicateTckTest extends DeliveryInterceptorTck {
  @Override
  protected DeliveryInterceptor interceptor() {
    return Deduplicate.remembering(1_000);
  }
}
