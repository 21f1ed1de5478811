package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Ordering;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.serde.json.JsonSerde;

/** Ours, with its defaults but for what is said here. */
record KafkaEventsConsuming(Ordering ordering, int concurrency) implements ConsumingContender {
  @Override
  public AutoCloseable start(Source source, Handler handler) {
    Events events =
        KafkaEvents.builder(EventsConfig.of(EventHeaders.SOURCE, source.bootstrapServers()))
            .serde(JsonSerde.factory())
            .build();
    events.subscribe(
        Topic.of(source.topic(), Sample.class).keyedBy(Sample::customer),
        SubscribeOptions.group(source.group()).withOrdering(ordering).withConcurrency(concurrency),
        delivery -> handler.handle(delivery.payload()));
    return events;
  }
}
