package dev.kafkaevents.contracts;

import dev.kafkaevents.Events;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.testkit.junit.TestKafka;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The Kafka that one sample is delivered on. */
interface Stage {
  void createTopic(String name, int partitions, Map<String, String> configs);

  Events events(UnaryOperator<KafkaEvents.Builder> assembly);

  /** Returns when nothing is left to do. */
  void settle();

  static Stage of(TestKafka kafka) {
    return new Stage() {
      @Override
      public void createTopic(String name, int partitions, Map<String, String> configs) {
        kafka.createTopic(name, partitions, configs);
      }

      @Override
      public Events events(UnaryOperator<KafkaEvents.Builder> assembly) {
        return kafka.events(assembly);
      }

      @Override
      public void settle() {
        kafka.settle();
      }
    };
  }

  static Stage of(InMemoryKafka kafka) {
    return new Stage() {
      @Override
      public void createTopic(String name, int partitions, Map<String, String> configs) {
        kafka.createTopic(name, partitions, configs);
      }

      @Override
      public Events events(UnaryOperator<KafkaEvents.Builder> assembly) {
        return assembly.apply(kafka.events("contracts")).build();
      }

      @Override
      public void settle() {
        kafka.settle();
      }
    };
  }
}
