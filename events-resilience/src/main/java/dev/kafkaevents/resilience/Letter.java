package dev.kafkaevents.resilience;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Message;
import dev.kafkaevents.spi.DeliveryInterceptor.Chain;

/**
 * A message that is to be stored on behalf of a delivery that failed.
 *
 * @param publisher that stores it
 * @param smaller in place of {@code message} if that is refused for what it is
 * @param chain of the delivery, to wait by
 */
record Letter(
    EventPublisher publisher,
    Message message,
    Message smaller,
    Delivery<?> delivery,
    Chain chain,
    Exception failure) {}
