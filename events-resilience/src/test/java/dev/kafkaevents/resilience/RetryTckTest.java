package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.tck.DeliveryInterceptorTck;
import java.time.Duration;

@EventsTest
class RetryTckTest extends DeliveryInterceptorTck {
  @Override
  protected DeliveryInterceptor interceptor() {
    return Retry.upTo(5, Duration.ofMillis(100));
  }
}
