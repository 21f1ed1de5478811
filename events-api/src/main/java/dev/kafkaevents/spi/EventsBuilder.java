package dev.kafkaevents.spi;

/**
 * Assembles what happens to events. The order on the page is the order at run time: what is added
 * first is outermost.
 */
public interface EventsBuilder {
  /** Adds a serde factory; the first that accepts a topic writes it. */
  EventsBuilder serde(Serde.Factory factory);

  /** Wraps each publish. */
  EventsBuilder onPublish(PublishInterceptor interceptor);

  /** Wraps each delivery. */
  EventsBuilder onDelivery(DeliveryInterceptor interceptor);

  /** Tells {@code probe} what happens, after those added before. */
  EventsBuilder probe(EventsProbe probe);

  /** Adds what {@code plugin} brings. */
  EventsBuilder install(EventsPlugin plugin);
}
