package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Breaker;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Retry;
import dev.kafkaevents.resilience.RetryBudget;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.spi.EventsPlugin;
import java.sql.SQLException;
import java.time.Duration;

/** Ours, with its defaults but for what is said here. */
record KafkaEventsConsuming(Ordering ordering, int concurrency, EventsPlugin plugin)
    implements ConsumingContender {
  KafkaEventsConsuming(Ordering ordering, int concurrency) {
    this(ordering, concurrency, builder -> {});
  }

  /** With all that answers failures, and none to answer. */
  static KafkaEventsConsuming resilient(Ordering ordering, int concurrency) {
    return new KafkaEventsConsuming(
        ordering,
        concurrency,
        builder ->
            builder
                .onDelivery(DeadLetter.toTopicWithSuffix(".dlq").uncheckedAtStart())
                .onDelivery(
                    Retry.upTo(5, Duration.ofMillis(100))
                        .within(Duration.ofMinutes(2))
                        .spending(RetryBudget.of(10, 0.1)))
                .onDelivery(Breaker.around("payments-db", SQLException.class::isInstance)));
  }

  @Override
  public AutoCloseable start(Source source, Handler handler) {
    Events events =
        KafkaEvents.builder(EventsConfig.of(EventHeaders.SOURCE, source.bootstrapServers()))
            .serde(JsonSerde.factory())
            .install(plugin)
            .build();
    events.subscribe(
        Topic.of(source.topic(), Sample.class).keyedBy(Sample::customer),
        SubscribeOptions.group(source.group()).withOrdering(ordering).withConcurrency(concurrency),
        delivery -> handler.handle(delivery.payload()));
    return events;
  }
}
