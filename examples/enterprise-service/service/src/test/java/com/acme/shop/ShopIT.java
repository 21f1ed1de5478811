package com.acme.shop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.acme.shipping.Warehouse;
import dev.kafkaevents.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The whole application on a real broker. */
@Timeout(240)
@ExtendWith(OutputCaptureExtension.class)
class ShopIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static Surroundings surroundings;

  @BeforeAll
  static void start() throws IOException {
    surroundings = Surroundings.start();
  }

  @AfterAll
  static void stop() {
    surroundings.close();
  }

  @Test
  void anOrderOverHttp_isShipped_andSeenFromOutside() throws Exception {
    try (ConfigurableApplicationContext shop = shop(Shop.class)) {
      ShopClient client = client(shop);
      String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
      String order = client.order("00-" + trace + "-00f067aa0ba902b7-01");
      await().atMost(SOON).until(() -> client.isShipped(order));

      assertThat(new String(only("orders", order).value(), UTF_8)).contains("\"Main Street 1\"");
      assertThat(only("shipments", order).value()).startsWith(0, 0, 0, 0); // and an id: Avro
      for (String topic : List.of("orders", "shipments")) {
        assertThat(
                new String(only(topic, order).headers().lastHeader("traceparent").value(), UTF_8))
            .contains(trace);
      }

      assertThat(client.get("/actuator/health").body())
          .contains("\"status\":\"UP\"", "subscription of group shipping to topic orders");
      for (String probe : List.of("liveness", "readiness")) {
        assertThat(client.get("/actuator/health/" + probe).statusCode()).isEqualTo(200);
      }
      assertThat(client.get("/actuator/health/liveness").body()).contains("eventsAlive");
      assertThat(client.get("/actuator/health/readiness").body()).contains("eventsStarted");
      assertThat(client.get("/actuator/prometheus").body())
          .contains(
              "events_publish_duration_seconds_count{outcome=\"stored\",topic=\"orders\"}",
              "events_process_duration_seconds_count{group=\"shipping\",outcome=\"handled\",topic=\"orders\"}",
              "events_subscriptions{group=\"orders\",state=\"running\",topic=\"shipments\"} 1.0");
    }
  }

  @Test
  void aStopWithAnEventInWork_finishesIt_andLosesNothing(CapturedOutput output) throws Exception {
    BusyWarehouse.packing = new CountDownLatch(1);
    BusyWarehouse.mayGoOn = new CountDownLatch(1);
    BusyWarehouse.packed.clear();
    String inWork;
    String later;
    try (ConfigurableApplicationContext shop = shop(Shop.class, BusyWarehouse.class)) {
      ShopClient client = client(shop);
      inWork = client.order();
      assertThat(BusyWarehouse.packing.await(60, TimeUnit.SECONDS)).isTrue();
      Subscription shipping = shop.getBean(Subscriptions.class).all().get(0);

      CompletableFuture<Void> stopped = CompletableFuture.runAsync(shop::close);
      await().atMost(SOON).until(() -> shipping.state() == Subscription.State.CLOSING);
      assertThat(client.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
      assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
      later = client.order(); // the web server goes after the subscriptions
      BusyWarehouse.mayGoOn.countDown();
      stopped.get(120, TimeUnit.SECONDS);
    }
    assertThat(output).contains(" deliveries finished, 0 left for the next start");
    assertThat(surroundings.keys("shipments")).contains(inWork).doesNotContain(later);

    try (ConfigurableApplicationContext shop = shop(Shop.class, BusyWarehouse.class)) {
      ShopClient client = client(shop);
      await().atMost(SOON).until(() -> client.isShipped(later) && client.isShipped(inWork));
    }
    assertThat(BusyWarehouse.packed).containsExactly(inWork, later); // neither of them twice
  }

  /** Replaces the warehouse of the application by one that waits. */
  static class BusyWarehouse {
    static final ConcurrentLinkedQueue<String> packed = new ConcurrentLinkedQueue<>();
    static volatile CountDownLatch packing;
    static volatile CountDownLatch mayGoOn;

    @Bean
    @Primary
    Warehouse busyWarehouse() {
      return (orderId, address) -> {
        packing.countDown();
        mayGoOn.await();
        packed.add(orderId);
      };
    }
  }

  private static ConfigurableApplicationContext shop(Class<?>... sources) {
    return new SpringApplicationBuilder(sources)
        .run(
            "--server.port=0",
            "--events.close-timeout=90s",
            "--events.kafka.bootstrap.servers=" + surroundings.servers(),
            "--shop.registry=" + surroundings.registry().url());
  }

  private static ShopClient client(ConfigurableApplicationContext shop) {
    return ShopClient.of(shop.getEnvironment().getProperty("local.server.port"));
  }

  private static ConsumerRecord<String, byte[]> only(String topic, String key) {
    List<ConsumerRecord<String, byte[]>> records =
        surroundings.records(topic).stream().filter(each -> each.key().equals(key)).toList();
    assertThat(records).hasSize(1);
    return records.get(0);
  }
}
