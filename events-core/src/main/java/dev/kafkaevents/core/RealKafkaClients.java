package dev.kafkaevents.core;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

final class RealKafkaClients implements KafkaClients {
  @Override
  public Producer<byte[], byte[]> producer(Map<String, Object> config) {
    return new KafkaProducer<>(config);
  }

  @Override
  public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config);
  }

  @Override
  public Admin admin(Map<String, Object> config) {
    return Admin.create(config);
  }
}
