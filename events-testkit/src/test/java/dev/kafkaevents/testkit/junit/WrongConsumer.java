package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.core.KafkaClients;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** Clients of an engine that does wrong: by what it reads or what it commits. */
public enum WrongConsumer {
  SOUND,
  /** A record is read and never looked at. */
  SKIPS,
  /** What is being handled is committed already. */
  COMMITS_AHEAD,
  /** A record comes before the one that was stored before it. */
  REORDERS;

  /** Clients that do so, around others. */
  public KafkaClients around(KafkaClients clients) {
    return new KafkaClients() {
      @Override
      public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return clients.producer(config);
      }

      @Override
      public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return wrong(clients.consumer(config));
      }

      @Override
      public Admin admin(Map<String, Object> config) {
        return clients.admin(config);
      }
    };
  }

  @SuppressWarnings("unchecked") // a consumer of bytes
  private Consumer<byte[], byte[]> wrong(Consumer<byte[], byte[]> consumer) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Consumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("commit") && this == COMMITS_AHEAD) {
                for (int i = 0; arguments != null && i < arguments.length; i++) {
                  if (arguments[i] instanceof Map<?, ?> offsets) {
                    arguments[i] = ahead((Map<TopicPartition, OffsetAndMetadata>) offsets);
                  }
                }
              }
              Object answer = FaultyClients.pass(consumer, method, arguments);
              return answer instanceof ConsumerRecords<?, ?> records
                  ? wrong((ConsumerRecords<byte[], byte[]>) records)
                  : answer;
            });
  }

  private static Map<TopicPartition, OffsetAndMetadata> ahead(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> ahead = new HashMap<>();
    offsets.forEach((id, offset) -> ahead.put(id, new OffsetAndMetadata(offset.offset() + 1)));
    return ahead;
  }

  private ConsumerRecords<byte[], byte[]> wrong(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> changed = new HashMap<>();
    for (TopicPartition id : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> list = new ArrayList<>(records.records(id));
      if (this == SKIPS) {
        list.removeIf(record -> record.offset() == 1);
      } else if (this == REORDERS) {
        Collections.reverse(list);
      }
      changed.put(id, list);
    }
    return new ConsumerRecords<>(changed, records.nextOffsets());
  }
}
