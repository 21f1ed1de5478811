package com.acme.shop;

import com.acme.orders.Orders;
import com.acme.shipping.Shipping;
import dev.kafkaevents.Drain;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Subscribes when everything else has started, and closes before anything else stops: the web
 * server still answers while handlers finish, and what it publishes then is still sent.
 */
@Component
class Subscriptions implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private final Events events;
  private final Orders orders;
  private final Shipping shipping;
  private final Duration closeTimeout;
  private volatile List<Subscription> running = List.of();

  Subscriptions(Events events, EventsConfig config, Orders orders, Shipping shipping) {
    this.events = events;
    this.orders = orders;
    this.shipping = shipping;
    this.closeTimeout = config.closeTimeout();
  }

  @Override
  public void start() {
    running =
        List.of(
            events.subscribe(Shipping.ORDERS, "shipping", shipping),
            events.subscribe(Orders.SHIPMENTS, "orders", orders::shipped));
  }

  @Override
  public void stop() {
    long by = System.nanoTime() + closeTimeout.toNanos();
    running.forEach(Subscription::pause); // none begins an event while another is closed
    Drain drain =
        running.stream()
            .map(each -> each.close(Duration.ofNanos(Math.max(0, by - System.nanoTime()))))
            .reduce(new Drain(0, 0), Drain::plus);
    log.info(
        "subscriptions closed: {} deliveries finished, {} left for the next start",
        drain.drained(),
        drain.abandoned());
    running = List.of();
  }

  @Override
  public boolean isRunning() {
    return !running.isEmpty();
  }

  /** Those at work; none before the start and after the stop. */
  List<Subscription> all() {
    return running;
  }
}
