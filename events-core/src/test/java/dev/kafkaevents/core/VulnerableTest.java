package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VulnerableTest {
  @ParameterizedTest
  @ValueSource(strings = {"2.8.0", "3.8.1", "3.9.1", "4.0.0", "4.0.1", "4.1.1", "4.1.1-ccs"})
  void clientsThatMayStoreEventsElsewhere_areNamed(String version) {
    assertThat(Vulnerable.problem(version))
        .contains("kafka-clients " + version, "CVE-2026-35554", "or later");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.9.2", "4.0.2", "4.1.2", "4.2.0", "4.10.0", "5.0.0", "unknown", "4.4"})
  void othersAreNot(String version) {
    assertThat(Vulnerable.problem(version)).isNull();
  }

  @Test
  void theseClientsAreNot() {
    assertThat(Vulnerable.problem(AppInfoParser.getVersion())).isNull();
  }
}
