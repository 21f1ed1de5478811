package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.EventsConfig;
import org.junit.jupiter.api.Test;

/** The code of docs/operations.md. */
class OperationsGuideTest {
  @Test
  void tuning_reachesTheClients() {
    EventsConfig config = EventsConfig.of("shop", "localhost:9092");
    EventsConfig manyPerSecond =
        config
            .withProducer("linger.ms", "50") // waits for company
            .withProducer("batch.size", "262144")
            .withProducer("compression.type", "zstd")
            .withConsumer("fetch.min.bytes", "65536");

    EventsConfig soon = config.withProducer("linger.ms", "0");

    assertThat(CapturedClients.of(manyPerSecond).producer())
        .containsEntry("batch.size", "262144")
        .containsEntry("compression.type", "zstd");
    assertThat(CapturedClients.of(manyPerSecond).consumer())
        .containsEntry("fetch.min.bytes", "65536");
    assertThat(CapturedClients.of(soon).producer()).containsEntry("linger.ms", "0");
  }
}
