package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KafkaClusterIT {
  @Test
  void leaderThatIsKilled_isReplaced_andMayComeBack() throws Exception {
    try (KafkaCluster cluster = KafkaCluster.start(3);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
      cluster.createTopic("orders", 1);
      producer.send(new ProducerRecord<>("orders", 0, "k", "1")).get(30, TimeUnit.SECONDS);
      KafkaBroker leader = cluster.leaderOf("orders", 0);

      leader.kill();
      assertThat(
              producer
                  .send(new ProducerRecord<>("orders", 0, "k", "2"))
                  .get(60, TimeUnit.SECONDS)
                  .offset())
          .isEqualTo(1);
      assertThat(cluster.leaderOf("orders", 0)).isNotSameAs(leader);

      leader.restart();
      cluster.brokers().stream().filter(each -> each != leader).findFirst().orElseThrow().kill();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(cluster.leaderOf("orders", 0).isRunning()).isTrue());
      producer.send(new ProducerRecord<>("orders", 0, "k", "3")).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void clusterOfNone_isRefused() {
    assertThatThrownBy(() -> KafkaCluster.start(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("brokers is 0, must be at least 1");
  }
}
