package dev.kafkaevents.benchmarks;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Confluent's parallel consumer with its defaults. Its keys are text: bytes would have no equals.
 */
record ParallelConsuming(ProcessingOrder ordering, int concurrency) implements ConsumingContender {
  @Override
  public boolean keepsKeyOrder() {
    return ordering != ProcessingOrder.UNORDERED;
  }

  @Override
  public AutoCloseable start(Source source, Handler handler) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            source.consumerConfig(), new StringDeserializer(), new ByteArrayDeserializer());
    ParallelStreamProcessor<String, byte[]> processor =
        ParallelStreamProcessor.createEosStreamProcessor(
            ParallelConsumerOptions.<String, byte[]>builder()
                .consumer(consumer)
                .ordering(ordering)
                .maxConcurrency(concurrency)
                .build());
    processor.subscribe(List.of(source.topic()));
    processor.poll(context -> handler.handle(Json.read(context.value())));
    return processor::closeDrainFirst;
  }
}
