package dev.kafkaevents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The calling code of what is to come, against interfaces that only add to those of today: while
 * this compiles, the API has room for it. What gets built moves out of here.
 */
class RoomTest {
  record Order(String id) {}

  record Invoice(String orderId) {}

  static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);
  static final Topic<Invoice> INVOICES =
      Topic.of("invoices", Invoice.class).keyedBy(Invoice::orderId);

  /** An outcome for each record: what is not named is handled. */
  interface Batches {
    <T> Subscription subscribeBatches(
        Topic<T> topic, SubscribeOptions options, BatchHandler<T> handler);

    interface BatchHandler<T> {
      void handle(Batch<T> batch) throws Exception;
    }

    interface Batch<T> extends Iterable<Delivery<T>> {
      void failed(Delivery<T> delivery, Exception cause);
    }
  }

  /** Publishes through the transaction that commits the offsets. */
  interface Processors {
    <T> Subscription process(Topic<T> topic, SubscribeOptions options, Processor<T> processor);

    interface Processor<T> {
      void process(Delivery<T> delivery, EventPublisher out) throws Exception;
    }
  }

  /** The same handler, without order and with the broker counting attempts. */
  interface ShareGroups {
    <T> Subscription subscribeShared(Topic<T> topic, String shareGroup, EventHandler<T> handler);
  }

  /** From memory, without asking the broker. */
  interface Healthy {
    Health health();

    record Health(boolean live, boolean ready, List<String> reasons) {}
  }

  interface Seekable extends Subscription {
    void seek(Instant time);

    void pause(int partition);
  }

  interface Tomorrow extends Events, Batches, Processors, ShareGroups, Healthy {}

  static void callingCode(Tomorrow events, Seekable seekable) throws Exception {
    events.subscribe(ORDERS, "billing", order -> bill(order.payload()));
    events.subscribe(
        ORDERS, SubscribeOptions.group("billing").withOrdering(Ordering.NONE), RoomTest::log);
    events.subscribeBatches(
        ORDERS,
        SubscribeOptions.group("search"),
        batch -> {
          for (Delivery<Order> delivery : batch) {
            if (delivery.payload().id().isEmpty()) {
              batch.failed(delivery, new RejectedException("no id"));
            }
          }
        });
    events.process(
        ORDERS,
        SubscribeOptions.group("invoicing"),
        (order, out) -> out.publish(INVOICES, new Invoice(order.payload().id())));
    events.subscribeShared(ORDERS, "mailing", order -> bill(order.payload()));
    events.subscribe(
        ORDERS,
        "cache",
        new EventHandler<>() {
          @Override
          public void handle(Delivery<Order> delivery) {
            log(delivery);
          }

          @Override
          public void handleTombstone(Delivery<Order> delivery) {
            log(delivery);
          }
        });
    events
        .publish(ORDERS, events.event(ORDERS, new Order("o-1")).withHeader("tenant", "acme"))
        .join();
    events.publishTombstone(ORDERS, "o-1").join();
    events
        .publish(ORDERS, new Order("o-1"))
        .whenComplete(
            (result, failure) -> {
              if (failure instanceof PublishException e
                  && e.outcome() == PublishException.Outcome.UNKNOWN) {
                log(e.outcome());
              }
            });
    assertThat(events.health().ready()).isTrue();
    seekable.pause(3);
    seekable.seek(Instant.EPOCH);
    Events.CloseReport report = events.close(Duration.ofSeconds(5));
    assertThat(report.publishing().abandoned()).isZero();
  }

  /** A schema id that lives in a header. */
  record HeaderSerde(int schemaId) implements Serde<Order> {
    @Override
    public String contentType() {
      return "application/avro";
    }

    @Override
    public byte[] encode(Order payload, HeaderSink headers) {
      headers.add("schema-id", new byte[] {(byte) schemaId});
      return new byte[0];
    }

    @Override
    public Order decode(byte[] bytes, Class<? extends Order> payloadType, Headers headers) {
      return new Order("schema " + headers.value("schema-id")[0]);
    }
  }

  static PublishInterceptor failFast() {
    return (event, chain) ->
        CompletableFuture.failedFuture(
            new PublishException(
                PublishException.Outcome.NOT_STORED,
                "the breaker of " + chain.topic() + " is open",
                null));
  }

  private static void bill(Order order) {
    log(order);
  }

  private static void log(Object what) {
    assertThat(what).isNotNull();
  }

  @Test
  void serde_readsTheHeadersItWrote() {
    Serde<Order> serde = new HeaderSerde(7);
    Headers[] written = {Headers.empty()};
    byte[] bytes =
        serde.encode(new Order("o-1"), (name, value) -> written[0] = written[0].add(name, value));
    assertThat(serde.decode(bytes, Order.class, written[0]).id()).isEqualTo("schema 7");
  }
}
