package dev.kafkaevents.observability;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/** What plugins have brought, in order, and deliveries through it. */
final class Assembled implements EventsBuilder {
  final List<PublishInterceptor> publish = new ArrayList<>();
  final List<DeliveryInterceptor> delivery = new ArrayList<>();
  final List<EventsProbe> probes = new ArrayList<>();

  static Assembled of(EventsPlugin... plugins) {
    Assembled assembled = new Assembled();
    for (EventsPlugin plugin : plugins) {
      plugin.install(assembled);
    }
    return assembled;
  }

  Settlement deliver(Delivery<?> record, Callable<Settlement> handler) throws Exception {
    return new Rest(handler, 0).proceed(record);
  }

  private final class Rest implements DeliveryInterceptor.Chain {
    private final Callable<Settlement> handler;
    private final int index;

    Rest(Callable<Settlement> handler, int index) {
      this.handler = handler;
      this.index = index;
    }

    @Override
    public Settlement proceed(Delivery<?> record) throws Exception {
      return index == delivery.size()
          ? handler.call()
          : delivery.get(index).intercept(record, new Rest(handler, index + 1));
    }

    @Override
    public Settlement retry(Delivery<?> record, Duration delay) throws Exception {
      return proceed(record);
    }

    @Override
    public void await(
        Delivery<?> delivery,
        DeliveryInterceptor.Hold hold,
        CompletionStage<?> ready,
        Duration atMost) {
      throw new UnsupportedOperationException("nothing here waits");
    }

    @Override
    public EventPublisher publisher() {
      throw new UnsupportedOperationException("nothing here publishes");
    }
  }

  @Override
  public EventsBuilder serde(Serde.Factory factory) {
    return this;
  }

  @Override
  public EventsBuilder onPublish(PublishInterceptor interceptor) {
    publish.add(interceptor);
    return this;
  }

  @Override
  public EventsBuilder onDelivery(DeliveryInterceptor interceptor) {
    delivery.add(interceptor);
    return this;
  }

  @Override
  public EventsBuilder probe(EventsProbe probe) {
    probes.add(probe);
    return this;
  }

  @Override
  public EventsBuilder install(EventsPlugin plugin) {
    plugin.install(this);
    return this;
  }
}
