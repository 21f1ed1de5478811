package dev.kafkaevents.benchmarks;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** Spring's KafkaTemplate, given the records of the raw producer. */
final class TemplatePublishing implements PublishingContender {
  @Override
  public Publishing open(
      String bootstrapServers, String topic, Consumer<@Nullable Throwable> outcome) {
    DefaultKafkaProducerFactory<byte[], byte[]> producers =
        new DefaultKafkaProducerFactory<>(
            RawPublishing.producerConfig(bootstrapServers, LINGER_MS));
    KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(producers);
    return new Publishing() {
      @Override
      public void publish(Sample sample) {
        var unused =
            template
                .send(RawPublishing.encode(topic, sample))
                .whenComplete((result, failure) -> outcome.accept(failure));
      }

      @Override
      public void flush() {
        template.flush();
      }

      @Override
      public void close() {
        producers.destroy();
      }
    };
  }
}
