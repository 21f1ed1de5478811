package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code in the README is this code, and it runs. */
@Timeout(60)
class ReadmeIT {
  private static final Path README = Path.of("../README.md");
  private static final Path SELF = Path.of("src/test/java/dev/kafkaevents/faults/ReadmeIT.java");

  // README
  record OrderPlaced(String orderId, BigDecimal total) {}

  static final Topic<OrderPlaced> ORDERS =
      Topic.of("orders", OrderPlaced.class).keyedBy(OrderPlaced::orderId);

  // README ends

  private static void run(String localhost9092) {
    // README
    try (Events events =
        KafkaEvents.builder(EventsConfig.of("shop", localhost9092))
            .serde(JsonSerde.factory())
            .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)))
            .build()) {

      events.publish(ORDERS, new OrderPlaced("o-1", new BigDecimal("9.90"))).join();

      Subscription billing = events.subscribe(ORDERS, "billing", order -> charge(order.payload()));
      billing.stopped().join(); // runs until closed, or until it fails
    }
    // README ends
  }

  /** An error is no fault of the event: neither retries nor dead letters answer it. */
  private static void charge(OrderPlaced order) {
    throw new AssertionError("seen: " + order.total());
  }

  @Test
  void theCodeOfTheReadme_runs() {
    Cluster.shared().createTopic("orders", 1, Map.of());
    Cluster.shared().createTopic("orders.dlq", 1, Map.of());
    assertThatThrownBy(() -> run(Cluster.shared().bootstrapServers()))
        .cause()
        .isInstanceOf(SubscriptionException.class)
        .cause()
        .hasMessage("seen: 9.90");
  }

  @Test
  void theCodeOfTheReadme_isThis() throws IOException {
    List<String> here = new ArrayList<>();
    boolean in = false;
    for (String line : Files.readAllLines(SELF)) {
      if (line.strip().startsWith("// README")) {
        in = !line.strip().endsWith("ends");
      } else if (in && !line.isBlank()) {
        here.add(line.strip().replace("localhost9092", "\"localhost:9092\""));
      }
    }
    String readme = Files.readString(README);
    int start = readme.indexOf("```java\n") + "```java\n".length();
    List<String> there =
        readme
            .substring(start, readme.indexOf("```", start))
            .lines()
            .filter(line -> !line.isBlank())
            .map(String::strip)
            .toList();
    assertThat(there).isEqualTo(here);
  }
}
