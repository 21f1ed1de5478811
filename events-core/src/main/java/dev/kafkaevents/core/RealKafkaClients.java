package dev.kafkaevents.core;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

final class RealKafkaClients implements KafkaClients {
  @Override
  public Producer<byte[], byte[]> producer(Map<String, Object> config) {
    return hasInterceptors(config) ? new KafkaProducer<>(config) : new LeanProducer(config);
  }

  private static boolean hasInterceptors(Map<String, Object> config) {
    Object classes = config.get(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
    return classes != null && !classes.equals("") && !classes.equals(List.of());
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
