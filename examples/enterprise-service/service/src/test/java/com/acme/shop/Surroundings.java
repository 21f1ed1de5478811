package com.acme.shop;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
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
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What the service needs around it: a cluster, a registry, and what a pipeline does there.
 *
 * @param prefix before the names of topics and groups
 * @param broker ends with them; null if the cluster is not theirs
 */
record Surroundings(String servers, String prefix, KafkaBroker broker, TestRegistry registry)
    implements AutoCloseable {

  /** With a broker of their own. */
  static Surroundings start() throws IOException {
    KafkaBroker broker = KafkaBroker.start();
    return prepared(broker.bootstrapServers(), "", broker);
  }

  /** On a cluster that others use too, with names of their own. */
  static Surroundings on(String servers) throws IOException {
    return prepared(servers, "shop-" + UUID.randomUUID() + ".", null);
  }

  private static Surroundings prepared(String servers, String prefix, KafkaBroker broker)
      throws IOException {
    Surroundings surroundings = new Surroundings(servers, prefix, broker, TestRegistry.start());
    try (Events events =
        KafkaEvents.builder(EventsConfig.of("pipeline", servers))
            .names(NameMapper.prefixed(prefix))
            .build()) {
      for (String topic : List.of("orders", "shipments")) {
        events.topics().create(topic, 3, Map.of());
        events.topics().create(topic + ".dlq", 1, Map.of());
      }
    }
    SchemaRegistry.builder(surroundings.registry.url())
        .build()
        .register("shipments-value", shipmentSchema());
    return surroundings;
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
            Map.of("bootstrap.servers", servers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(prefix + topic).stream()
              .map(each -> new TopicPartition(prefix + topic, each.partition()))
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
    if (broker != null) {
      broker.close();
    }
  }
}
