package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;

/**
 * Measures each delivery, with all its attempts. One that was left, since the subscription closes
 * or lost the partition, counts for nothing: it is delivered again. Thread-safe.
 */
final class MeasuredDelivery implements DeliveryInterceptor {
  private final SubscriptionMeters.Known known;

  MeasuredDelivery(SubscriptionMeters.Known known) {
    this.known = known;
  }

  @Override
  public Settlement intercept(Delivery<?> delivery, Chain chain) throws Exception {
    SubscriptionMeters meters = known.of(delivery.topic().name(), delivery.group());
    long start = System.nanoTime();
    try {
      Settlement settlement = chain.proceed(delivery);
      meters.settled(settlement, delivery.attempt(), System.nanoTime() - start);
      return settlement;
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      meters.failed(delivery.attempt(), System.nanoTime() - start);
      throw e;
    }
  }
}
