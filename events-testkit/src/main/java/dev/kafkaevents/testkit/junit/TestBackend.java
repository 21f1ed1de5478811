package dev.kafkaevents.testkit.junit;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** What a {@link TestKafka} stands on. */
interface TestBackend extends AutoCloseable {
  void createTopic(String name, int partitions, Map<String, String> configs);

  EventsConfig config(String application);

  KafkaEvents.Builder events(EventsConfig config);

  KafkaClients clients();

  /** A consumer that is nobody's to wait for. */
  Consumer<byte[], byte[]> reader(Map<String, Object> config);

  /** What a client needs to find it. */
  Map<String, Object> clientConfig();

  /** The name that an application declares for one on the cluster. */
  String declared(String onCluster);

  /** What time it is there. */
  Instant now();

  NameMapper names();

  Admin admin();

  /** Runs {@code task} after {@code delay} of this backend's time. */
  void schedule(Duration delay, Runnable task);

  /** Returns after {@code time} of this backend's time. Not for the test itself. */
  void pass(Duration time);

  /** Waits until a subscription has joined its group, if that takes time. */
  void awaitStarted(Subscription subscription);

  /** Waits until {@code faults} knows of nothing under way and all is handled and committed. */
  void settle(Faults faults);

  /** Waits until it has stopped; false if it does not. */
  boolean awaitStopped(Subscription subscription);

  void advance(Duration time);

  @Override
  void close();
}
