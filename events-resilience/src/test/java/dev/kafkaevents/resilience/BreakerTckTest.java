package dev.kafkaevents.resilience;

import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.tck.DeliveryInterceptorTck;
import java.io.IOException;

@EventsTest
class BreakerTckTest extends DeliveryInterceptorTck {
  @Override
  protected DeliveryInterceptor interceptor() {
    return Breaker.around("bank", failure -> failure instanceof IOException);
  }
}
