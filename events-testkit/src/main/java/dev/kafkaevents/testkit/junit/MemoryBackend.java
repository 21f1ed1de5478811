package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** An in-memory Kafka on virtual time. */
final class MemoryBackend implements TestBackend {
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final int STEPS_TO_STOP = 720;

  private final InMemoryKafka kafka;

  MemoryBackend(long seed) {
    kafka = InMemoryKafka.withVirtualTime(seed);
  }

  @Override
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    kafka.createTopic(name, partitions, configs);
  }

  @Override
  public EventsConfig config(String application) {
    return EventsConfig.of(application, kafka.bootstrapServers());
  }

  @Override
  public KafkaEvents.Builder events(EventsConfig config) {
    return kafka.events(config);
  }

  @Override
  public KafkaClients clients() {
    return kafka.clients();
  }

  @Override
  public Consumer<byte[], byte[]> reader(Map<String, Object> config) {
    return kafka.consumer(config, null, null);
  }

  @Override
  public Map<String, Object> clientConfig() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  @Override
  public String declared(String onCluster) {
    return onCluster;
  }

  @Override
  public Instant now() {
    return kafka.now();
  }

  @Override
  public NameMapper names() {
    return NameMapper.identity();
  }

  @Override
  public Admin admin() {
    return kafka.admin();
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    kafka.schedule(delay, task);
  }

  @Override
  public void pass(Duration time) {
    kafka.pass(time);
  }

  @Override
  public void awaitStarted(Subscription subscription) {
    // Its thread is at work until it has.
  }

  @Override
  public void settle(Faults faults) {
    kafka.settle();
    while (faults.isUnderWay()) {
      kafka.advance(Duration.ofSeconds(1));
      kafka.settle();
    }
  }

  @Override
  public boolean awaitStopped(Subscription subscription) {
    for (int step = 0; step < STEPS_TO_STOP && !subscription.stopped().isDone(); step++) {
      kafka.advance(STEP);
    }
    return subscription.stopped().isDone();
  }

  @Override
  public void advance(Duration time) {
    kafka.advance(time);
  }

  @Override
  public void close() {
    kafka.close();
  }
}
