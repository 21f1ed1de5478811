package dev.kafkaevents.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Message;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.spi.DeliveryInterceptor;
import dev.kafkaevents.spi.EventsBuilder;
import dev.kafkaevents.spi.EventsPlugin;
import dev.kafkaevents.spi.EventsProbe;
import dev.kafkaevents.spi.PublishInterceptor;
import dev.kafkaevents.spi.Serde;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResilienceTest {
  @Test
  void retryThenDeadLetter_triesAsOftenAsSaid_thenKeepsTheRecord() throws Exception {
    List<DeliveryInterceptor> installed = new ArrayList<>();
    new RecordingBuilder(installed)
        .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)));
    FakeChain chain =
        new FakeChain(
            d -> {
              throw new IOException("always");
            },
            installed.toArray(DeliveryInterceptor[]::new));

    Settlement settlement = chain.deliver(FakeDelivery.of("orders"));

    assertThat(settlement).isInstanceOf(Settlement.DeadLettered.class);
    assertThat(chain.handled()).isEqualTo(3);
    assertThat(chain.delays).hasSize(2);
    assertThat(chain.delays.get(0)).isBetween(Duration.ofMillis(100), Duration.ofMillis(301));
    Message letter = chain.publisher.sent.get(0);
    assertThat(letter.topic()).isEqualTo("orders.dlq");
    assertThat(letter.headers().text("events-dlq-attempts")).isEqualTo("3");
  }

  @Test
  void retryThenDeadLetter_installsTheDeadLetterOutside() {
    List<DeliveryInterceptor> installed = new ArrayList<>();

    new RecordingBuilder(installed)
        .install(Resilience.retryThenDeadLetter(3, Duration.ofMillis(200)));

    assertThat(installed).hasExactlyElementsOfTypes(DeadLetter.class, Retry.class);
  }

  @Test
  void retryThenDeadLetter_checksItsArgumentsAtOnce() {
    assertThatThrownBy(() -> Resilience.retryThenDeadLetter(0, Duration.ofMillis(200)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  record RecordingBuilder(List<DeliveryInterceptor> installed) implements EventsBuilder {
    @Override
    public EventsBuilder onDelivery(DeliveryInterceptor interceptor) {
      installed.add(interceptor);
      return this;
    }

    @Override
    public EventsBuilder install(EventsPlugin plugin) {
      plugin.install(this);
      return this;
    }

    @Override
    public EventsBuilder serde(Serde.Factory factory) {
      throw new AssertionError("resilience brings no serde");
    }

    @Override
    public EventsBuilder onPublish(PublishInterceptor interceptor) {
      throw new AssertionError(
          "resilience does not touch publishing: Kafka's own retries keep order");
    }

    @Override
    public EventsBuilder probe(EventsProbe probe) {
      throw new AssertionError("resilience brings no probe");
    }
  }
}
