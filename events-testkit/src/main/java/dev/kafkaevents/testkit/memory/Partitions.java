package dev.kafkaevents.testkit.memory;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Chooses partitions as Kafka's producer does: the record's own, that of the configured
 * partitioner, that of the key's hash, or one that stays for about a batch.
 */
final class Partitions {
  private final Broker broker;
  private final ProducerSettings settings;
  private final @Nullable Partitioner partitioner;

  /** Guarded by the broker's lock. */
  private final Map<String, Sticky> sticky = new HashMap<>();

  private static final class Sticky {
    int partition;
    int bytes;
  }

  Partitions(Broker broker, ProducerSettings settings) {
    this.broker = broker;
    this.settings = settings;
    this.partitioner = settings.partitioner();
  }

  int choose(
      ProducerRecord<?, ?> record,
      byte @Nullable [] key,
      byte @Nullable [] value,
      int count,
      int bytes) {
    Integer own = record.partition();
    if (own != null) {
      return own;
    }
    if (partitioner != null) {
      int chosen =
          partitioner.partition(
              record.topic(),
              record.key(),
              key,
              record.value(),
              value,
              broker.cluster(Map.of(record.topic(), count)));
      if (chosen < 0) {
        throw new IllegalArgumentException(
            "The partitioner generated an invalid partition number: "
                + chosen
                + ". Partition number should always be non-negative.");
      }
      return chosen;
    }
    if (key != null && !settings.ignoreKeys) {
      return Utils.toPositive(Utils.murmur2(key)) % count;
    }
    return broker.atomically(() -> sticky(record.topic(), count, bytes));
  }

  private int sticky(String topic, int count, int bytes) {
    Sticky current = sticky.get(topic);
    if (current == null || current.bytes >= settings.batchSize || current.partition >= count) {
      current = new Sticky();
      current.partition = broker.random.nextInt(count);
      sticky.put(topic, current);
    }
    current.bytes += bytes;
    return current.partition;
  }

  void close() {
    if (partitioner != null) {
      partitioner.close();
    }
  }
}
