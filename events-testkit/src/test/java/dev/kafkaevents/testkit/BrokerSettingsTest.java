package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokerSettingsTest {
  private static final BrokerNode ALONE = BrokerNode.alone(new BrokerPorts(1, 2, 3));

  @Test
  void aSettingOfOurs_isRefused() {
    assertThatThrownBy(() -> KafkaBroker.builder().setting("listeners", "PLAINTEXT://:9092"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("listeners");
  }

  @Test
  void aSettingOfTheUsers_winsOverTheDefault() {
    Map<String, String> users = Map.of("auto.create.topics.enable", "true", "num.io.threads", "2");

    assertThat(BrokerSettings.of(ALONE, Path.of("data"), false, users))
        .containsAllEntriesOf(users)
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2");
  }

  @Test
  void oneListenerMore_isForUsers() {
    assertThat(BrokerSettings.of(ALONE, Path.of("data"), true, Map.of()))
        .containsEntry(
            "listeners", "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2,SASL://127.0.0.1:3");
  }

  @Test
  void userWithoutPassword_isRefused() {
    assertThatThrownBy(() -> KafkaBroker.builder().user("shop", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("user shop");
  }

  @Test
  void threeNodes_knowEachOther_andReplicate() {
    List<BrokerPorts> ports =
        List.of(new BrokerPorts(1, 2, 3), new BrokerPorts(4, 5, 6), new BrokerPorts(7, 8, 9));

    assertThat(BrokerSettings.of(new BrokerNode(2, ports, "abc"), Path.of("data"), false, Map.of()))
        .containsEntry("node.id", "2")
        .containsEntry("cluster.id", "abc")
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:4,CONTROLLER://127.0.0.1:5")
        .containsEntry("controller.quorum.voters", "1@127.0.0.1:2,2@127.0.0.1:5,3@127.0.0.1:8")
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
