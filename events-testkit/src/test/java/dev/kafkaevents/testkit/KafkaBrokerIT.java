package dev.kafkaevents.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.EventsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class KafkaBrokerIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final AtomicInteger NAMES = new AtomicInteger();

  /** For tests that leave it running. */
  private static KafkaBroker shared;

  @BeforeAll
  static void startShared() {
    shared = KafkaBroker.start();
  }

  @AfterAll
  static void closeShared() {
    shared.close();
  }

  @Test
  void whatIsSent_isRead() throws Exception {
    String topic = newTopic(shared, 2);

    send(shared, topic, "a", "b", "c");

    assertThat(readAll(shared, topic, 2)).containsExactlyInAnyOrder("a", "b", "c");
  }

  /** Without the wait for its partitions about every third topic fails its first sends. */
  @Test
  void createTopic_takesManyIdempotentSendsAtOnce() throws Exception {
    for (int round = 0; round < 8; round++) {
      try (KafkaProducer<String, String> producer =
          producer(
              shared,
              Map.of(
                  "delivery.timeout.ms",
                  "20000",
                  "request.timeout.ms",
                  "5000",
                  "linger.ms",
                  "0"))) {
        String topic = newTopic(shared, 4);
        List<Future<RecordMetadata>> sends = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
          sends.add(producer.send(new ProducerRecord<>(topic, i % 4, null, "v" + i)));
        }
        for (Future<RecordMetadata> send : sends) {
          send.get();
        }
      }
    }
  }

  @Test
  void createTopic_thatIsThereAlready_isRefused() {
    String topic = newTopic(shared, 1);

    assertThatThrownBy(() -> shared.createTopic(topic, 1))
        .isInstanceOf(EventsException.class)
        .hasMessageContaining(topic)
        .hasMessageContaining("already exists");
  }

  @Test
  void createTopic_ofNoPartitions_isRefused() {
    assertThatThrownBy(() -> shared.createTopic("none", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("partitions is 0");
  }

  @Test
  void createTopic_setsItsConfigs() throws Exception {
    String topic = newName();
    shared.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));

    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin(shared)) {
      assertThat(
              admin
                  .describeConfigs(List.of(resource))
                  .all()
                  .get()
                  .get(resource)
                  .get("cleanup.policy")
                  .value())
          .isEqualTo("compact");
    }
  }

  @Test
  void topics_areNotCreatedByThemselves() {
    try (KafkaProducer<String, String> producer =
        producer(shared, Map.of("max.block.ms", "1000"))) {
      assertThat(producer.send(new ProducerRecord<>(newName(), "v"))).failsWithin(SOON);
    }
  }

  @Test
  void transaction_commits() throws Exception {
    String topic = newTopic(shared, 1);
    try (KafkaProducer<String, String> producer =
        producer(shared, Map.of("transactional.id", newName()))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "committed"));
      producer.commitTransaction();
    }

    assertThat(readAll(shared, topic, 1)).contains("committed");
  }

  @Test
  void shareGroup_isServed() throws Exception {
    String topic = newTopic(shared, 1);
    String group = newName();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    try (Admin admin = admin(shared)) {
      AlterConfigOp earliest =
          new AlterConfigOp(
              new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(resource, List.of(earliest))).all().get();
    }
    send(shared, topic, "shared");

    try (KafkaShareConsumer<String, String> consumer =
        new KafkaShareConsumer<>(
            config(shared, Map.of("group.id", group)),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      await().atMost(SOON).until(() -> !consumer.poll(Duration.ofMillis(100)).isEmpty());
    }
  }

  @Test
  void restart_keepsDataAndPort() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      String address = broker.bootstrapServers();
      String topic = newTopic(broker, 1);
      send(broker, topic, "before");

      broker.restart();

      assertThat(broker.bootstrapServers()).isEqualTo(address);
      send(broker, topic, "after");
      assertThat(readAll(broker, topic, 1)).containsExactly("before", "after");
    }
  }

  @Test
  void stop_isAnOrderlyEnd_andRestartGoesOn() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      String topic = newTopic(broker, 1);
      send(broker, topic, "before");

      broker.stop();

      assertThat(broker.isRunning()).isFalse();
      assertThat(broker.log().resolveSibling("data/.kafka_cleanshutdown")).exists();
      assertThatThrownBy(() -> broker.createTopic("t", 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("restart()");

      broker.restart();

      assertThat(broker.isRunning()).isTrue();
      assertThat(readAll(broker, topic, 1)).containsExactly("before");
    }
  }

  @Test
  void kill_thenRestart_keepsDataAndPort() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        KafkaProducer<String, String> producer = producer(broker, Map.of())) {
      String address = broker.bootstrapServers();
      String topic = newTopic(broker, 1);
      Set<String> acknowledged = ConcurrentHashMap.newKeySet();
      List<String> sent =
          IntStream.range(0, 40_000).mapToObj(i -> "v" + i).collect(Collectors.toList());

      sendAll(producer, topic, sent.subList(0, 20_000), acknowledged);
      await().pollInterval(Duration.ofMillis(1)).until(() -> !acknowledged.isEmpty());
      broker.kill();

      assertThat(broker.isRunning()).isFalse();
      assertThat(broker.log().resolveSibling("data/.kafka_cleanshutdown")).doesNotExist();
      broker.restart();
      sendAll(producer, topic, sent.subList(20_000, 40_000), acknowledged);
      producer.flush();

      assertThat(broker.bootstrapServers()).isEqualTo(address);
      List<String> read = readAll(broker, topic, 1);
      read.retainAll(acknowledged);
      sent.retainAll(acknowledged);
      assertThat(read).isNotEmpty().isEqualTo(sent);
    }
  }

  @Test
  void freeze_holdsASend_andThawReleasesIt() throws Exception {
    String topic = newTopic(shared, 1);
    try (KafkaProducer<String, String> producer = producer(shared, Map.of())) {
      producer.send(new ProducerRecord<>(topic, "before")).get();

      shared.freeze();
      Future<RecordMetadata> held = producer.send(new ProducerRecord<>(topic, "held"));
      try {
        await()
            .during(Duration.ofSeconds(1))
            .atMost(SOON)
            .until(() -> !held.isDone() && shared.isRunning());
      } finally {
        shared.thaw();
      }

      assertThat(held).succeedsWithin(SOON);
      assertThat(readAll(shared, topic, 1)).containsExactly("before", "held");
    }
  }

  @Test
  void frozenBroker_canBeStoppedKilledAndClosed() {
    try (KafkaBroker broker = KafkaBroker.start()) {
      broker.freeze();
      broker.freeze();
      broker.stop();
      assertThat(broker.log().resolveSibling("data/.kafka_cleanshutdown")).exists();

      broker.restart();
      broker.freeze();
      broker.kill();
      assertThat(broker.isRunning()).isFalse();
      assertThatThrownBy(broker::freeze)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("restart()");

      broker.restart();
      broker.freeze();
    }
  }

  @Test
  void close_endsTheProcess_andRemovesItsFiles() {
    Set<ProcessHandle> before = children();
    KafkaBroker broker = KafkaBroker.start();
    Set<ProcessHandle> started = children();
    started.removeAll(before);
    assertThat(started).hasSize(1);

    broker.close();
    broker.close();

    assertThat(broker.isRunning()).isFalse();
    assertThat(started).noneMatch(ProcessHandle::isAlive);
    assertThat(broker.log().getParent()).doesNotExist();
    assertThatThrownBy(broker::restart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start a new one");
  }

  @Test
  void startThatFails_showsTheEndOfTheLog_andLeavesNothing() {
    Set<ProcessHandle> before = children();

    assertThatThrownBy(() -> KafkaBroker.builder().setting("num.io.threads", "many").start())
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("ended with status 1")
        .hasMessageContaining("Invalid value many for configuration num.io.threads");
    assertThat(children()).isEqualTo(before);
  }

  @Test
  void jvmThatRefusesAnOption_saysSo() {
    assertThatThrownBy(() -> KafkaBroker.builder().jvmOption("-Xmx1k").start())
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("Too small maximum heap");
  }

  @Test
  void startTimeout_endsTheStart() {
    Set<ProcessHandle> before = children();

    assertThatThrownBy(() -> KafkaBroker.builder().startTimeout(Duration.ofMillis(50)).start())
        .isInstanceOf(EventsException.class)
        .hasMessageContaining("PT0.05S");
    assertThat(children()).isEqualTo(before);
  }

  @Test
  void interrupt_endsTheStart_andIsNotForgotten() {
    try (KafkaBroker broker = KafkaBroker.start()) {
      broker.kill();

      Thread.currentThread().interrupt();
      assertThatThrownBy(broker::restart)
          .isInstanceOf(EventsException.class)
          .hasMessageContaining("interrupted");

      assertThat(Thread.interrupted()).isTrue();
      assertThat(broker.isRunning()).isFalse();
      broker.restart();
      assertThat(broker.isRunning()).isTrue();
    }
  }

  @Test
  void portTakenMeanwhile_isTriedAgainWithAnother() throws Exception {
    BrokerPorts free = BrokerPorts.free();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Iterator<BrokerPorts> ports =
          List.of(
                  new BrokerPorts(taken.getLocalPort(), free.controller(), free.sasl()),
                  BrokerPorts.free())
              .iterator();

      try (KafkaBroker broker = KafkaBroker.builder().ports(ports::next).start()) {
        newTopic(broker, 1);
      }
      assertThat(ports).isExhausted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "frozen"})
  void parentThatIsKilled_leavesNoBroker(String state, @TempDir Path temp) throws Exception {
    Process parent = parent(temp, state);
    List<ProcessHandle> broker = parent.descendants().toList();
    assertThat(broker).isNotEmpty();

    parent.destroyForcibly().waitFor();

    await().atMost(SOON).until(() -> broker.stream().noneMatch(ProcessHandle::isAlive));
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "frozen"})
  void parentThatExits_leavesNoBrokerAndNoFiles(String state, @TempDir Path temp) throws Exception {
    Process parent = parent(temp, state);
    List<ProcessHandle> broker = parent.descendants().toList();

    parent.getOutputStream().close();
    assertThat(parent.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

    assertThat(broker).noneMatch(ProcessHandle::isAlive);
    assertThat(temp).isEmptyDirectory();
  }

  private static Process parent(Path temp, String state) throws IOException {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                state)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(parent.inputReader().readLine()).isEqualTo("started");
    return parent;
  }

  /** A program that starts a broker, does not close it, and ends when its stdin does. */
  static final class Parent {
    public static void main(String[] args) throws IOException {
      KafkaBroker broker = KafkaBroker.start();
      if (args[0].equals("frozen")) {
        broker.freeze();
      }
      System.out.println("started");
      System.in.read();
    }
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static String newName() {
    return "it-" + NAMES.incrementAndGet();
  }

  private static String newTopic(KafkaBroker broker, int partitions) {
    String topic = newName();
    broker.createTopic(topic, partitions);
    return topic;
  }

  private static void sendAll(
      KafkaProducer<String, String> producer,
      String topic,
      List<String> values,
      Set<String> acknowledged) {
    for (String value : values) {
      producer.send(
          new ProducerRecord<>(topic, value),
          (stored, failure) -> {
            if (failure == null) {
              acknowledged.add(value);
            }
          });
    }
  }

  private static void send(KafkaBroker broker, String topic, String... values) throws Exception {
    try (KafkaProducer<String, String> producer = producer(broker, Map.of())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get(SOON.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  /** From the beginning to what is the end when this is called. */
  private static List<String> readAll(KafkaBroker broker, String topic, int partitions) {
    List<TopicPartition> all =
        Stream.iterate(0, p -> p + 1)
            .limit(partitions)
            .map(p -> new TopicPartition(topic, p))
            .toList();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            config(broker, Map.of("auto.offset.reset", "earliest", "fetch.max.wait.ms", "20")),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(all);
      Map<TopicPartition, Long> end = consumer.endOffsets(all);
      List<String> values = new ArrayList<>();
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                for (ConsumerRecord<String, String> record :
                    consumer.poll(Duration.ofMillis(100))) {
                  values.add(record.value());
                }
                return all.stream()
                    .allMatch(partition -> consumer.position(partition) >= end.get(partition));
              });
      return values;
    }
  }

  private static KafkaProducer<String, String> producer(
      KafkaBroker broker, Map<String, Object> more) {
    return new KafkaProducer<>(
        config(broker, more), new StringSerializer(), new StringSerializer());
  }

  private static Admin admin(KafkaBroker broker) {
    return Admin.create(config(broker, Map.of()));
  }

  private static Map<String, Object> config(KafkaBroker broker, Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", broker.bootstrapServers());
    config.put("reconnect.backoff.max.ms", 200);
    return config;
  }
}
