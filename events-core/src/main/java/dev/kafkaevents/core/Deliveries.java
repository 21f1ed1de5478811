package dev.kafkaevents.core;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventHandler;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Beginning;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsProbe;
import java.util.ArrayList;
import java.util.List;

/** What one subscription does with a record: the interceptors, then the handler. Immutable. */
record Deliveries<T>(
    Topic<T> topic,
    String group,
    TopicCodec<T> codec,
    EventHandler<T> handler,
    List<DeliveryInterceptor> interceptors,
    EventPublisher publisher,
    EventsProbe probe) {

  /** The same with what each interceptor gives for the subscription that begins. */
  Deliveries<T> with(Beginning beginning) {
    List<DeliveryInterceptor> begun = new ArrayList<>();
    for (DeliveryInterceptor interceptor : interceptors) {
      DeliveryInterceptor own = interceptor.forSubscription(beginning);
      if (own == null) {
        throw new IllegalStateException(
            "delivery interceptor "
                + interceptor.getClass().getName()
                + " returned null for the subscription of group "
                + group
                + " to topic "
                + topic.name());
      }
      begun.add(own);
    }
    return new Deliveries<>(topic, group, codec, handler, List.copyOf(begun), publisher, probe);
  }

  Settlement deliver(KafkaDelivery<T> delivery) throws Exception {
    return interceptors.isEmpty() ? handle(delivery) : intercept(0, delivery, delivery, delivery);
  }

  /** Goes on with what comes after the first {@code index} interceptors. */
  Settlement proceed(int index, Delivery<?> handedOn, KafkaDelivery<T> original) throws Exception {
    return index == interceptors.size()
        ? handle(handedOn)
        : intercept(index, handedOn, original, new DeliveryChain<>(original, index + 1));
  }

  private Settlement intercept(
      int index, Delivery<?> handedOn, KafkaDelivery<T> original, DeliveryInterceptor.Chain rest)
      throws Exception {
    DeliveryInterceptor interceptor = interceptors.get(index);
    Settlement settlement = interceptor.intercept(handedOn, rest);
    if (settlement == null) {
      throw new IllegalStateException(
          "delivery interceptor "
              + interceptor.getClass().getName()
              + " returned null at "
              + original.position());
    }
    return settlement;
  }

  /**
   * The end of the chain. What is handed on may be the delivery, or an interceptor's own in its
   * place.
   */
  @SuppressWarnings(
      "unchecked") // an interceptor sees a Delivery<?>, and can only hand on or wrap the one it was
  // given
  Settlement handle(Delivery<?> handedOn) throws Exception {
    Delivery<T> delivery = (Delivery<T>) handedOn;
    if (probe == Probes.SILENT) {
      attempt(delivery);
      return Settlement.handled();
    }
    probe.delivered(delivery);
    try {
      attempt(delivery);
    } catch (Throwable e) {
      probe.attemptFailed(delivery, e);
      throw e;
    }
    return Settlement.handled();
  }

  private void attempt(Delivery<T> delivery) throws Exception {
    if (delivery.isTombstone()) {
      handler.handleTombstone(delivery);
    } else {
      delivery.event(); // An undecodable record is found even if the handler does not look at it.
      handler.handle(delivery);
    }
  }
}
