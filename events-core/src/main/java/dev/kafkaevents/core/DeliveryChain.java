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
 */
record DeliveryChain<T>(
    Deliveries<T> deliveries, KafkaDelivery<T> original, Workers workers, int index)
    implements DeliveryInterceptor.Chain {

  @Override
  public Settlement proceed(Delivery<?> delivery) throws Exception {
    if (index == deliveries.interceptors().size()) {
      return deliveries.handle(delivery);
    }
    DeliveryInterceptor interceptor = deliveries.interceptors().get(index);
    Settlement settlement =
        interceptor.intercept(
            delivery, new DeliveryChain<>(deliveries, original, workers, index + 1));
    if (settlement == null) {
      throw new IllegalStateException(
          "delivery interceptor "
              + interceptor.getClass().getName()
              + " returned null at "
              + original.position());
    }
    return settlement;
  }

  @Override
  public Settlement retry(Delivery<?> delivery, Duration delay) throws Exception {
    deliveries.probe().retryScheduled(delivery, delay);
    original.letGoOn(workers);
    workers.awaitRetry(delay, original.partition);
    original.nextAttempt();
    return proceed(delivery);
  }

  @Override
  public void await(Delivery<?> delivery, Hold hold, CompletionStage<?> ready, Duration atMost)
      throws InterruptedException {
    if (hold == Hold.PARTITION) {
      original.hold(workers);
    }
    workers.await(ready, atMost, original.partition);
    original.decodeAnew();
  }

  @Override
  public EventPublisher publisher() {
    return deliveries.publisher();
  }
}
