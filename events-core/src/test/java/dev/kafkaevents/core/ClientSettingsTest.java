package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {
  private static final EventsConfig CONFIG = EventsConfig.of("shop", "localhost:9092");

  @Test
  void producer_isIdempotentWithAllAcks_andDoesNotHoldItsCallers() {
    assertThat(ClientSettings.of(CONFIG).producer())
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("max.block.ms", 5_000)
        .containsEntry("metadata.recovery.strategy", "none")
        .containsEntry("delivery.timeout.ms", 120_000);
  }

  @Test
  void producer_shortPublishTimeout_isAcceptedByKafka() {
    EventsConfig config = CONFIG.withPublishTimeout(Duration.ofSeconds(2));
    new ProducerConfig(ClientSettings.of(config).producer());
  }

  @Test
  void consumer_neverCommitsByItself_andMissesNothing() {
    assertThat(ClientSettings.of(CONFIG).consumer("billing", null))
        .containsEntry("group.id", "billing")
        .containsEntry("enable.auto.commit", false)
        .containsEntry("auto.offset.reset", "earliest")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("allow.auto.create.topics", false)
        .containsEntry(
            "partition.assignment.strategy", List.of(CooperativeStickyAssignor.class.getName()));
  }

  @Test
  void consumer_ofTheConsumerProtocol_leavesAssignmentToTheBroker() {
    EventsConfig config = CONFIG.withConsumer("group.protocol", "consumer");
    assertThat(ClientSettings.of(config).consumer("billing", null))
        .doesNotContainKey("partition.assignment.strategy");
    new ConsumerConfig(ClientSettings.of(config).consumer("billing", null));
  }

  @Test
  void clientIds_differ() {
    ClientSettings settings = ClientSettings.of(CONFIG);
    assertThat(settings.consumer("billing", null).get("client.id"))
        .asString()
        .startsWith("shop-billing-");
    assertThat(settings.consumer("billing", null).get("client.id"))
        .isNotEqualTo(settings.consumer("billing", null).get("client.id"));
  }

  @Test
  void passedThrough_winsOverOurDefaults() {
    EventsConfig config =
        CONFIG.withConsumer("auto.offset.reset", "latest").withProducer("max.block.ms", "100");
    assertThat(ClientSettings.of(config).consumer("billing", null))
        .containsEntry("auto.offset.reset", "latest");
    assertThat(ClientSettings.of(config).producer()).containsEntry("max.block.ms", "100");
  }

  @Test
  void wrongValues_areReportedAllAtOnce_withTheirNames() {
    EventsConfig config =
        CONFIG.withProducer("linger.ms", "soon").withConsumer("max.poll.records", "-1");
    assertThatThrownBy(() -> ClientSettings.of(config))
        .isInstanceOfSatisfying(
            EventsConfigException.class, e -> assertThat(e.problems()).hasSize(2))
        .hasMessageContainingAll(
            "kafka.producer.linger.ms", "soon", "kafka.consumer.max.poll.records", "-1");
  }
}
