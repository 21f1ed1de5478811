package dev.kafkaevents.benchmarks;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.serde.json.JsonSerde;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/** Ours. */
final class KafkaEventsPublishing implements PublishingContender {
  @Override
  public Publishing open(
      String bootstrapServers, String topicName, Consumer<@Nullable Throwable> outcome) {
    Topic<Sample> topic = Topic.of(topicName, Sample.class).keyedBy(Sample::customer);
    Events events =
        KafkaEvents.builder(
                EventsConfig.of(EventHeaders.SOURCE, bootstrapServers)
                    .withProducer(ProducerConfig.LINGER_MS_CONFIG, Integer.toString(LINGER_MS)))
            .serde(JsonSerde.factory())
            .build();
    return new Publishing() {
      @Override
      public void publish(Sample sample) {
        var unused =
            events
                .publish(topic, sample)
                .whenComplete((result, failure) -> outcome.accept(failure));
      }

      @Override
      public void flush() {
        events.flush(Duration.ofMinutes(1));
      }

      @Override
      public void close() {
        events.close();
      }
    };
  }
}
