package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
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

    assertThat(BrokerSettings.of(new BrokerPorts(1, 2), Path.of("data"), users))
        .containsAllEntriesOf(users)
        .containsEntry("listeners", "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2");
  }

  @Test
  void startTimeoutOfZero_isRefused() {
    assertThatThrownBy(() -> KafkaBroker.builder().startTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }
}
