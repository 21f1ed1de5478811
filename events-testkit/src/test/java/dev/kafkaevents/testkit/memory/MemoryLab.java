package dev.kafkaevents.testkit.memory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** The in-memory Kafka. */
final class MemoryLab extends Lab {
  private final InMemoryKafka kafka = InMemoryKafka.start();
  private final boolean groupsOfTheBroker;

  MemoryLab(boolean groupsOfTheBroker) {
    this.groupsOfTheBroker = groupsOfTheBroker;
  }

  @Override
  void createTopic(String topic, int partitions, Map<String, String> configs) {
    kafka.createTopic(topic, partitions, configs);
  }

  @Override
  Admin admin() {
    return kafka.admin();
  }

  @Override
  <K, V> Producer<K, V> producer(
      Map<String, Object> config, Serializer<K> keys, Serializer<V> values) {
    return kafka.producer(config, keys, values);
  }

  @Override
  <K, V> Consumer<K, V> consumer(
      Map<String, Object> config, Deserializer<K> keys, Deserializer<V> values) {
    Map<String, Object> map = new HashMap<>(config);
    if (!map.containsKey("group.protocol") && groupsOfTheBroker) {
      map.put("group.protocol", "consumer");
      map.remove("session.timeout.ms");
      map.remove("heartbeat.interval.ms");
    }
    return kafka.consumer(map, keys, values);
  }

  @Override
  void pass(Duration time) {
    kafka.advance(time);
  }

  @Override
  boolean groupsOfTheBroker() {
    return groupsOfTheBroker;
  }

  @Override
  public void close() {
    kafka.close();
  }
}
