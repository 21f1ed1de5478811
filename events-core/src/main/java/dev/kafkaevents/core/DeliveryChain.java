package dev.kafkaevents.core;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One delivery on its way through the interceptors from {@code index} on, past the first, and then
 * to the handler. There is one of these for each further interceptor and record, so all else is
 * with the delivery.
 */
record DeliveryChain<T>(KafkaDelivery<T> original, int index) implements DeliveryInterceptor.Chain {

  @Override
  public Settlement proceed(Delivery<?> delivery) throws Exception {
    return original.deliveries.proceed(index, delivery, original);
  }

  @Override
  public Settlement retry(Delivery<?> delivery, Duration delay) throws Exception {
    original.awaitRetry(delivery, delay);
    return proceed(delivery);
  }

  @Override
  public void await(Delivery<?> delivery, Hold hold, CompletionStage<?> ready, Duration atMost)
      throws InterruptedException {
    original.await(delivery, hold, ready, atMost);
  }

  @Override
  public EventPublisher publisher() {
    return original.publisher();
  }
}
