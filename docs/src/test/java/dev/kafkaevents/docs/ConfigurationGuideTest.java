package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventsConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of docs/configuration.md. */
class ConfigurationGuideTest {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationGuideTest.class);

  @Test
  void settings_areTheSameWhereverTheyAreFrom() {
    Map<String, String> map =
        Map.of(
            "events.application", "shop",
            "events.close-timeout", "10s",
            "kafka.bootstrap.servers", "localhost:9092",
            "kafka.client.rack", "eu-west-1a",
            "kafka.producer.linger.ms", "20");
    EventsConfig inCode =
        EventsConfig.of("shop", "localhost:9092")
            .withCloseTimeout(Duration.ofSeconds(10))
            .withKafka("client.rack", "eu-west-1a") // any key of Kafka's, for all clients
            .withProducer("linger.ms", "20"); // or for one kind of them

    EventsConfig fromFiles = EventsConfig.from(map); // what a host has read from its own

    assertThat(fromFiles.describe().replace("(map)", "(code)").replace("10s", "PT10S"))
        .isEqualTo(inCode.describe());
    log(inCode);
  }

  private static void log(EventsConfig config) {
    LOG.info("{}", config.describe()); // name = value (source), a line each; secrets are ****
  }

  @Test
  void load_readsWhatIsOutside() {
    System.setProperty("kafka.bootstrap.servers", "broker:9092");
    try {
      EventsConfig fromOutside = EventsConfig.load(Map.of("events.application", "shop"));

      assertThat(fromOutside.bootstrapServers()).isEqualTo("broker:9092");
      assertThat(fromOutside.application()).isEqualTo("shop");
    } finally {
      System.clearProperty("kafka.bootstrap.servers");
    }
  }
}
