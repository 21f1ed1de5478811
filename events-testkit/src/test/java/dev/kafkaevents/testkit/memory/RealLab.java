package dev.kafkaevents.testkit.memory;

import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** A real broker and real clients. */
final class RealLab extends Lab {
  private static final List<String> OF_CLASSIC_GROUPS_ALONE =
      List.of("session.timeout.ms", "heartbeat.interval.ms");

  private final KafkaBroker broker;
  private final boolean groupsOfTheBroker;
  private final Admin admin;

  /** The broker and the admin are the caller's. */
  RealLab(KafkaBroker broker, Admin admin, boolean groupsOfTheBroker) {
    this.broker = broker;
    this.admin = admin;
    this.groupsOfTheBroker = groupsOfTheBroker;
  }

  @Override
  void createTopic(String topic, int partitions, Map<String, String> configs) {
    broker.createTopic(topic, partitions, configs);
  }

  @Override
  Admin admin() {
    return admin;
  }

  @Override
  <K, V> Producer<K, V> producer(
      Map<String, Object> config, Serializer<K> keys, Serializer<V> values) {
    Map<String, Object> map = new HashMap<>(config);
    map.putIfAbsent("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(map, keys, values);
  }

  @Override
  <K, V> Consumer<K, V> consumer(
      Map<String, Object> config, Deserializer<K> keys, Deserializer<V> values) {
    Map<String, Object> map = new HashMap<>(config);
    map.putIfAbsent("bootstrap.servers", broker.bootstrapServers());
    map.putIfAbsent("fetch.max.wait.ms", 20);
    if (!map.containsKey("group.protocol")) {
      if (groupsOfTheBroker) {
        map.put("group.protocol", "consumer");
        OF_CLASSIC_GROUPS_ALONE.forEach(map::remove);
      } else {
        map.putIfAbsent("heartbeat.interval.ms", 100);
        map.putIfAbsent("session.timeout.ms", 6000);
      }
    }
    return new KafkaConsumer<>(map, keys, values);
  }

  @Override
  void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  boolean groupsOfTheBroker() {
    return groupsOfTheBroker;
  }

  @Override
  public void close() {}
}
