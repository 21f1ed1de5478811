package dev.kafkaevents.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Subscription;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@EventsTest(on = Backend.BROKER)
final class OnBrokerIT extends EachBackend {
  @Override
  void awaitFailure(TestKafka kafka, Subscription subscription) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> subscription.state() == Subscription.State.FAILED);
  }

  @Test
  void time_canNotBeAdvanced(TestKafka kafka) {
    assertThatThrownBy(() -> kafka.advance(Duration.ofSeconds(1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Backend.MEMORY");
    assertThat(kafka.admin()).isNotNull();
  }
}
