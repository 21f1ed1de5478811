package com.acme.shop;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatDeadLetters;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.acme.orders.Orders;
import com.acme.shipping.Shipping;
import dev.kafkaevents.Events;
import dev.kafkaevents.SerdeException;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.serde.avro.InMemorySchemas;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both teams, assembled as in production, on a Kafka in memory: no broker, no Spring. */
@EventsTest
class ShopTest {
  private final InMemorySchemas schemas = new InMemorySchemas();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void topics(TestKafka kafka) throws IOException {
    for (String topic : List.of("orders", "shipments")) {
      kafka.createTopic(topic, 3);
      kafka.createTopic(topic + ".dlq", 1);
    }
    schemas.register("shipments-value", Surroundings.shipmentSchema());
  }

  private Events events(TestKafka kafka) {
    return kafka.events(
        builder -> {
          EventsAssembly.install(builder, schemas, OpenTelemetry.noop(), meters);
          return builder;
        });
  }

  @Test
  void anOrder_isShipped(TestKafka kafka) {
    Events events = events(kafka);
    Orders orders = new Orders(events);
    events.subscribe(Shipping.ORDERS, "shipping", new Shipping(events, (order, address) -> {}));
    events.subscribe(Orders.SHIPMENTS, "orders", orders::shipped);

    String order = orders.place(new BigDecimal("9.90"), "Main Street 1", null).join();
    kafka.settle();

    assertThat(orders.shipmentOf(order)).contains("s-" + order);
    assertThat(
            meters
                .get("events.process.duration")
                .tag("group", "shipping")
                .tag("outcome", "handled")
                .timer()
                .count())
        .isEqualTo(1);
  }

  @Test
  void aShipmentWithoutASchema_isADeadLetter(TestKafka kafka) {
    Events events = events(kafka);
    events.subscribe(Orders.SHIPMENTS, "orders", new Orders(events)::shipped);
    kafka.write("shipments", "o-1", "plain text".getBytes(UTF_8));

    kafka.settle();

    assertThatDeadLetters(kafka, "shipments.dlq").single().failedWith(SerdeException.class);
  }

  @Test
  void aSubscriptionThatFailed_isNotAlive_andSaysWhy(TestKafka kafka) {
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory())); // no dead letters
    Subscription shipping =
        events.subscribe(Shipping.ORDERS, "shipping", new Shipping(events, (o, a) -> {}));
    assertThat(EventsHealth.of(List.of(shipping), EventsHealth::isAlive).getStatus().getCode())
        .isEqualTo("UP");

    kafka.write("orders", "o-1", "SECRET".getBytes(UTF_8));
    kafka.awaitStopped(shipping);

    assertThat(EventsHealth.of(List.of(shipping), EventsHealth::isAlive).toString())
        .contains("DOWN", "FAILED", "orders")
        .doesNotContain("SECRET");
  }
}
