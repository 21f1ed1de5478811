package dev.kafkaevents.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.testkit.KafkaBroker;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The topics of the trials. Used by one thread. */
final class Topics implements AutoCloseable {
  private static final int LINGER_MS = 20;
  private static final byte[] TRACEPARENT =
      "00-11111111111111111111111111111111-2222222222222222-01".getBytes(UTF_8);

  private final KafkaBroker broker;
  private final Cluster cluster;
  private final Map<Load, String> filled = new HashMap<>();
  private final AtomicInteger created = new AtomicInteger();

  Topics(KafkaBroker broker) {
    this.broker = broker;
    this.cluster = new Cluster(broker.bootstrapServers());
  }

  /** An empty one. */
  String create(int partitions) {
    String topic = "benchmark-" + created.incrementAndGet();
    broker.createTopic(topic, partitions);
    return topic;
  }

  /** One with all the records of {@code load}; the same one for the same load. */
  String filledWith(Load load) {
    return filled.computeIfAbsent(load, this::fill);
  }

  private String fill(Load load) {
    String topic = create(load.partitions());
    String[] keys = Sample.keys(load.keys());
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(RawPublishing.producerConfig(broker.bootstrapServers(), LINGER_MS))) {
      for (int i = 0; i < load.total(); i++) {
        var unused =
            producer.send(
                record(topic, Sample.of(i, keys), load),
                (metadata, e) -> {
                  if (e != null) {
                    failure.set(e);
                  }
                });
      }
      producer.flush();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("topic " + topic + " could not be filled", failure.get());
    }
    return topic;
  }

  /** Keys are dealt to the partitions evenly, which hashing a thousand of them is not. */
  private static ProducerRecord<byte[], byte[]> record(String topic, Sample sample, Load load) {
    ProducerRecord<byte[], byte[]> event =
        RawPublishing.encode(topic, load.traced() ? sample.large() : sample);
    if (load.traced()) {
      event.headers().add("traceparent", TRACEPARENT);
    }
    int partition = Sample.keyOf(sample.index(), load.keys()) % load.partitions();
    return new ProducerRecord<>(
        topic,
        partition,
        event.key(),
        event.value(),
        load.asEvents() ? event.headers() : new RecordHeaders());
  }

  /** A topic that only one trial needed. */
  void delete(String topic) throws ExecutionException, InterruptedException {
    cluster.delete(topic);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
