package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.KafkaBroker;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of docs/security.md that needs a broker. */
@Timeout(120)
class SecurityGuideIT {
  private static final Topic<Integer> ORDERS =
      Topic.of("orders", Integer.class).keyedBy(String::valueOf);

  @Test
  void passwordOfTheBroker_isTakenAsItIsSet() {
    KafkaBroker broker = KafkaBroker.builder().user("shop", "first").start();
    broker.createTopic("orders", 1);

    try (broker) {
      EventsConfig config =
          EventsConfig.load(
              Map.of(
                  "events.application", "shop",
                  "kafka.bootstrap.servers", broker.saslBootstrapServers(),
                  "kafka.security.protocol", "SASL_PLAINTEXT",
                  "kafka.sasl.mechanism", "SCRAM-SHA-512",
                  "kafka.sasl.jaas.config",
                      "org.apache.kafka.common.security.scram.ScramLoginModule required"
                          + " username=\"shop\" password=\"first\";"));

      try (Events events = events(config)) {
        events.publish(ORDERS, 1).join();
      }
      broker.setPassword("shop", "second");
      try (Events events = events(config)) {
        assertThatThrownBy(() -> events.publish(ORDERS, 2).join())
            .cause()
            .isInstanceOfSatisfying(
                PublishException.class,
                e -> assertThat(e.failureClass()).isEqualTo(FailureClass.SECURITY));
      }
    }
  }

  private static Events events(EventsConfig config) {
    return KafkaEvents.builder(config).serde(JsonSerde.factory()).build();
  }
}
