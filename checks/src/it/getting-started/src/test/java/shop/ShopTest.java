package shop;

import static dev.kafkaevents.testkit.assertions.EventsAssertions.assertThatTopic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Events;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.junit.EventsTest;
import dev.kafkaevents.testkit.junit.TestKafka;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@EventsTest
class ShopTest {
  @Test
  void anOrderThatIsPlaced_isHandled(TestKafka kafka) {
    kafka.createTopic("orders", 3);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    List<String> handled = new CopyOnWriteArrayList<>();
    events.subscribe(Shop.ORDERS, "billing", order -> handled.add(order.payload().orderId()));

    Shop.place(events, "o-1", "9.90");
    kafka.settle();

    assertThatTopic(kafka, Shop.ORDERS).single().hasKey("o-1");
    assertThat(handled).containsExactly("o-1");
  }
}
