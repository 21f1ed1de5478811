package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokerSettingsTest {
  @Test
  void aSettingOfOurs_isRefused() {
    assertThatThrownBy(() -> KafkaBroker.builder().setting("listeners", "PLAINTEXT://:9092"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("listeners");
  }

  @Test
  void aSettingOfTheUsers_winsOverTheDefault() {
    Map<String, String> users = Map.of("auto.create.topics.enable", "true", "num.io.threads", "2");

    assertThat(BrokerSettings.of(BrokerNode.alone(new BrokerPorts(1, 2)), Path.of("data"), users))
        .containsAllEntriesOf(users)
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2");
  }

  @Test
  void threeNodes_knowEachOther_andReplicate() {
    List<BrokerPorts> ports =
        List.of(new BrokerPorts(1, 2), new BrokerPorts(3, 4), new BrokerPorts(5, 6));

    assertThat(BrokerSettings.of(new BrokerNode(2, ports, "abc"), Path.of("data"), Map.of()))
        .containsEntry("node.id", "2")
        .containsEntry("cluster.id", "abc")
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:3,CONTROLLER://127.0.0.1:4")
        .containsEntry("controller.quorum.voters", "1@127.0.0.1:2,2@127.0.0.1:4,3@127.0.0.1:6")
        .containsEntry("offsets.topic.replication.factor", "3")
        .containsEntry("min.insync.replicas", "2");
  }

  @Test
  void startTimeoutOfZero_isRefused() {
    assertThatThrownBy(() -> KafkaBroker.builder().startTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }
}
