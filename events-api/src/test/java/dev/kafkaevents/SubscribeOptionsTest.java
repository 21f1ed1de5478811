package dev.kafkaevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SubscribeOptionsTest {
  private final SubscribeOptions options = SubscribeOptions.group("billing");

  @Test
  void defaults() {
    assertThat(options)
        .hasToString(
            "group billing, ordering KEY, concurrency 16, maxInFlight 2048, maxBytesInFlight 67108864, drainTimeout PT10S, stallTimeout PT5M, handlerTimeout null, instanceId null");
  }

  @Test
  void manyHandlers_haveMoreInFlight_unlessItIsSaid() {
    assertThat(options.withConcurrency(64).maxInFlight()).isEqualTo(2048);
    assertThat(options.withConcurrency(256).maxInFlight()).isEqualTo(8192);
    assertThat(options.withConcurrency(Integer.MAX_VALUE).maxInFlight())
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(options.withMaxInFlight(100).withConcurrency(256).maxInFlight()).isEqualTo(100);
  }

  @Test
  void each_changesOnlyItself() {
    assertThat(
            options
                .withOrdering(Ordering.NONE)
                .withConcurrency(1)
                .withMaxInFlight(2)
                .withMaxBytesInFlight(3)
                .withDrainTimeout(Duration.ofMillis(4))
                .withStallTimeout(Duration.ofMillis(6))
                .withHandlerTimeout(Duration.ofMillis(5))
                .withInstanceId("billing-0"))
        .hasToString(
            "group billing, ordering NONE, concurrency 1, maxInFlight 2, maxBytesInFlight 3, drainTimeout PT0.004S, stallTimeout PT0.006S, handlerTimeout PT0.005S, instanceId billing-0");
    assertThat(options.concurrency()).isEqualTo(16);
  }

  @Test
  void outOfRange_isRefused_withWhatCameAndWhatIsAllowed() {
    refused("concurrency is 0, must be at least 1", () -> options.withConcurrency(0));
    refused("maxInFlight is -1, must be at least 1", () -> options.withMaxInFlight(-1));
    refused("maxBytesInFlight is 0, must be at least 1", () -> options.withMaxBytesInFlight(0));
    refused(
        "drainTimeout is PT-1S, must not be negative",
        () -> options.withDrainTimeout(Duration.ofSeconds(-1)));
    refused(
        "handlerTimeout is PT0S, must be above zero",
        () -> options.withHandlerTimeout(Duration.ZERO));
    refused(
        "stallTimeout is PT-1S, must be above zero",
        () -> options.withStallTimeout(Duration.ofSeconds(-1)));
    refused("the instance id is blank", () -> options.withInstanceId(""));
    refused("the group of a subscription is blank", () -> SubscribeOptions.group(" "));
  }

  private static void refused(String message, Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
  }
}
