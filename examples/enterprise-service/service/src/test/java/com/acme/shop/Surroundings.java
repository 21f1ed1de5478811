package com.acme.shop;

import dev.kafkaevents.serde.avro.SchemaRegistry;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.registry.TestRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the service needs around it: a real broker, a registry, and what a pipeline does there. */
record Surroundings(KafkaBroker broker, TestRegistry registry) implements AutoCloseable {
  static Surroundings start() throws IOException {
    Surroundings started = new Surroundings(KafkaBroker.start(), TestRegistry.start());
    for (String topic : List.of("orders", "shipments")) {
      started.broker.createTopic(topic, 3);
      started.broker.createTopic(topic + ".dlq", 1);
    }
    SchemaRegistry.builder(started.registry.url())
        .build()
        .register("shipments-value", shipmentSchema());
    return started;
  }

  /** The one of the contract of team shipping. */
  static Schema shipmentSchema() throws IOException {
    try (InputStream schema =
        Surroundings.class.getResourceAsStream("/contracts/shipment-dispatched/schema/v1.avsc")) {
      return new Schema.Parser().parse(schema);
    }
  }

  /** All that is in a topic now. */
  List<ConsumerRecord<String, byte[]>> records(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  /** The keys of all that is in a topic now. */
  Set<String> keys(String topic) {
    Set<String> keys = new HashSet<>();
    records(topic).forEach(each -> keys.add(each.key()));
    return keys;
  }

  @Override
  public void close() {
    registry.close();
    broker.close();
  }
}
