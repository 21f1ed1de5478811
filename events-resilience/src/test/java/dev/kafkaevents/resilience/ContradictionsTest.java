package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.spi.DeliveryInterceptor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What is refused when events are built, all of it at once. */
class ContradictionsTest {
  private static final DeadLetter DEAD_LETTER = DeadLetter.toTopicWithSuffix(".dlq");
  private static final UnorderedRetry LATER = UnorderedRetry.after(Duration.ofHours(1));
  private static final Retry RETRY = Retry.upTo(3, Duration.ofMillis(10));
  private static final Breaker BREAKER = Breaker.around("db", SQLException.class::isInstance);
  private static final Deduplicate DEDUPLICATE = Deduplicate.remembering(10);

  private static List<String> problems(DeliveryInterceptor... interceptors) {
    KafkaEvents.Builder builder = KafkaEvents.builder(EventsConfig.of("shop", "localhost:1"));
    for (DeliveryInterceptor interceptor : interceptors) {
      builder.onDelivery(interceptor);
    }
    try {
      builder.build().close();
      return List.of();
    } catch (EventsConfigException e) {
      return e.problems();
    }
  }

  @Test
  void theUsualOrder_isTaken() {
    assertThat(problems(DEAD_LETTER, LATER, RETRY, BREAKER)).isEmpty();
    assertThat(problems(DEAD_LETTER, DEDUPLICATE, BREAKER, RETRY)).isEmpty();
    assertThat(problems(DEAD_LETTER.stoppingIfNotStored(), DEAD_LETTER)).isEmpty();
  }

  @Test
  void whatSettlesFailures_insideOfWhatAnswersThem_isRefused() {
    assertThat(problems(RETRY, DEAD_LETTER))
        .containsExactly(
            "DeadLetter is installed after Retry, and settles each failure before Retry sees it;"
                + " install DeadLetter first");
    assertThat(problems(RETRY, LATER)).singleElement().asString().contains("UnorderedRetry");
    assertThat(problems(BREAKER, DEAD_LETTER)).singleElement().asString().contains("Breaker");
    assertThat(problems(LATER, DEAD_LETTER)).singleElement().asString().contains("DeadLetter");
  }

  @Test
  void all_areToldAtOnce() {
    assertThat(problems(BREAKER, RETRY, LATER, DEAD_LETTER)).hasSize(5);
  }

  @Test
  void delayThatIsLongerThanTheTotal_isRefused() {
    Retry slow = Retry.upTo(3, Duration.ofSeconds(10));
    assertThat(problems(slow.within(Duration.ofSeconds(5)))).isEmpty();
    assertThat(problems(slow.within(Duration.ofMillis(4_999))))
        .singleElement(InstanceOfAssertFactories.STRING)
        .contains("PT5S at least", "PT4.999S", "make the total longer");
  }

  @Test
  void problems_areInTheMessage() {
    assertThatThrownBy(
            () ->
                KafkaEvents.builder(EventsConfig.of("shop", "localhost:1"))
                    .onDelivery(RETRY)
                    .onDelivery(DEAD_LETTER)
                    .build())
        .hasMessageContaining("install DeadLetter first");
  }
}
