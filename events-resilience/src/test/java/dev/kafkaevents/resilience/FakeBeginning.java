package dev.kafkaevents.resilience;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.spi.Beginning;
import java.util.function.LongSupplier;

/** Group {@code billing}, about to read a topic. */
record FakeBeginning(Topic<?> topic, SubscribeOptions options, FakeTopics topics, FakeClock clock)
    implements Beginning {
  FakeBeginning(String topic, FakeTopics topics) {
    this(Topic.of(topic, String.class), SubscribeOptions.group("billing"), topics, new FakeClock());
  }

  @Override
  public EventPublisher publisher() {
    return new FakePublisher();
  }

  @Override
  public LongSupplier nanoTime() {
    return clock::nanoTime;
  }
}
