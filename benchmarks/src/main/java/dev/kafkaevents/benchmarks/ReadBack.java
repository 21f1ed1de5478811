package dev.kafkaevents.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.benchmarks.ConsumingContender.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What is in a topic that was published to.
 *
 * @param bytesPerRecord keys, values and headers
 * @param problem what is missing, more than once, out of order or without a header; null if all is
 *     well
 */
record ReadBack(double bytesPerRecord, @Nullable String problem) {
  private static final List<String> HEADERS = EventHeaders.names();

  static ReadBack of(Cluster cluster, String topic, Load load) throws Exception {
    Tally tally = new Tally(load, Work.NONE);
    Map<TopicPartition, Long> ends = cluster.ends(topic, load.partitions());
    long left = ends.values().stream().mapToLong(Long::longValue).sum();
    long bytes = 0;
    String problem = null;
    Source source = new Source(cluster.bootstrapServers, topic, "read-back");
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(source.consumerConfig())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (left > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          left--;
          bytes += size(record);
          Sample sample = Json.read(record.value());
          tally.handle(sample);
          if (problem == null) {
            problem = problem(record, sample);
          }
        }
      }
    }
    return new ReadBack(
        (double) bytes / load.total(), problem == null ? tally.problem(true) : problem);
  }

  private static int size(ConsumerRecord<byte[], byte[]> record) {
    int size = record.serializedKeySize() + record.serializedValueSize();
    for (Header header : record.headers()) {
      size += header.key().length() + header.value().length;
    }
    return size;
  }

  private static @Nullable String problem(ConsumerRecord<byte[], byte[]> record, Sample sample) {
    if (!sample.customer().equals(new String(record.key(), UTF_8))) {
      return "a record has another key than its payload";
    }
    List<String> names = EventHeaders.names(record.headers());
    return names.equals(HEADERS) ? null : "a record has the headers " + names + ", not " + HEADERS;
  }
}
