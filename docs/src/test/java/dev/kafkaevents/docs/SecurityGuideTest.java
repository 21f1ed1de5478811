package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventsConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The code of docs/security.md. */
class SecurityGuideTest {
  @Test
  void secrets_areForTheClientsAlone() {
    String jaas =
        "org.apache.kafka.common.security.scram.ScramLoginModule required password=\"x7\";";
    System.setProperty("kafka.bootstrap.servers", "broker:9093");
    System.setProperty("kafka.sasl.jaas.config", jaas);
    try {
      EventsConfig config =
          EventsConfig.load(
              Map.of(
                  "events.application", "shop",
                  "kafka.security.protocol", "SASL_SSL",
                  "kafka.sasl.mechanism", "SCRAM-SHA-512",
                  "kafka.ssl.truststore.type", "PEM",
                  "kafka.ssl.truststore.location", "/etc/shop/ca.pem"));

      assertThat(CapturedClients.of(config).producer())
          .containsEntry("sasl.jaas.config", jaas)
          .containsEntry("security.protocol", "SASL_SSL")
          .containsEntry("ssl.truststore.location", "/etc/shop/ca.pem");
      assertThat(config.describe())
          .contains("kafka.sasl.jaas.config = **** (system property)")
          .doesNotContain("x7");
    } finally {
      System.clearProperty("kafka.bootstrap.servers");
      System.clearProperty("kafka.sasl.jaas.config");
    }
  }
}
