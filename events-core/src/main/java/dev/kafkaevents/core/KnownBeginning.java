package dev.kafkaevents.core;

import dev.kafkaevents.EventPublisher;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.Topics;
import dev.kafkaevents.spi.Beginning;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** What is known of a subscription once its topic is. */
record KnownBeginning(
    Topic<?> topic,
    SubscribeOptions options,
    EventPublisher publisher,
    Topics topics,
    EventsRuntime runtime)
    implements Beginning {
  @Override
  public InstantSource clock() {
    return runtime::now;
  }

  @Override
  public LongSupplier nanoTime() {
    return runtime::nanoTime;
  }
}
