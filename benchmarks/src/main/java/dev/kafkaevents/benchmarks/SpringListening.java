package dev.kafkaevents.benchmarks;

import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.GenericMessageListener;
import org.springframework.kafka.listener.MessageListener;

/**
 * Spring for Apache Kafka with its defaults: a plain listener container, without Boot or
 * annotations.
 *
 * @param threads each with a consumer of its own; Spring's default is one
 */
record SpringListening(Listener listener, int threads) implements ConsumingContender {
  /** The two kinds there are. */
  enum Listener {
    RECORD(handler -> (MessageListener<byte[], Sample>) record -> handler.handle(record.value())),
    BATCH(handler -> (BatchMessageListener<byte[], Sample>) records -> handleAll(records, handler));

    private final Function<Handler, GenericMessageListener<?>> create;

    Listener(Function<Handler, GenericMessageListener<?>> create) {
      this.create = create;
    }

    private static void handleAll(List<ConsumerRecord<byte[], Sample>> records, Handler handler) {
      for (ConsumerRecord<byte[], Sample> record : records) {
        handler.handle(record.value());
      }
    }
  }

  @Override
  public AutoCloseable start(Source source, Handler handler) {
    Deserializer<Sample> deserializer = (topic, bytes) -> Json.read(bytes);
    ContainerProperties properties = new ContainerProperties(source.topic());
    properties.setMessageListener(listener.create.apply(handler));
    ConcurrentMessageListenerContainer<byte[], Sample> container =
        new ConcurrentMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(
                source.consumerConfig(), new ByteArrayDeserializer(), deserializer),
            properties);
    container.setConcurrency(threads);
    container.start();
    return container::stop;
  }
}
