package dev.kafkaevents.core;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.DeliveryInterceptor.Hold;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One delivery on its way through the interceptors from {@code index} on, and then to the handler.
 * There is one of these for each interceptor and record, so all else is with the delivery.
 */
record DeliveryChain<T>(KafkaDelivery<T> original, int index) implements DeliveryInterceptor.Chain {

  @Override
  public Settlement proceed(Delivery<?> delivery) throws Exception {
    Deliveries<T> deliveries = original.deliveries;
    return index == deliveries.interceptors().size()
        ? deliveries.handle(delivery)
        : deliveries.intercept(index, delivery, original);
  }

  @Override
  public Settlement retry(Delivery<?> delivery, Duration delay) throws Exception {
    original.deliveries.probe().retryScheduled(delivery, delay);
    original.letGoOn();
    original.workers.awaitRetry(delay, original.partition);
    original.nextAttempt();
    return proceed(delivery);
  }

  @Override
  public void await(Delivery<?> delivery, Hold hold, CompletionStage<?> ready, Duration atMost)
      throws InterruptedException {
    if (hold == Hold.PARTITION) {
      original.hold();
    }
    original.workers.await(ready, atMost, original.partition);
    original.decodeAnew();
  }

  @Override
  public EventPublisher publisher() {
    return original.deliveries.publisher();
  }
}
