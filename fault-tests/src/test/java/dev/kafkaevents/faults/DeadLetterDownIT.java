package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.DeadLetter;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.resilience.Spool;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dead-letter topic takes nothing for a while, although all else is well. */
@Timeout(400)
class DeadLetterDownIT {
  private static final int PARTITIONS = 2;
  private static final int EVENTS = Scale.LETTERS_DOWN.isZero() ? 2_000 : 10_000;
  private static final int POISON = EVENTS / 20;

  /** Fewer slots than there are dead letters that wait. */
  private static final SubscribeOptions OPTIONS =
      SubscribeOptions.group("blocked").withConcurrency(4);

  @TempDir Path directory;

  private final History history = History.of(OPTIONS);
  private final Steps steps = new Steps();
  private final Set<String> poisonMet = ConcurrentHashMap.newKeySet();

  @Test
  void deadLettersThatCantBeStored_wait_whileOtherKeysGoOn_andNoneIsSkipped() throws Exception {
    try (KafkaBroker broker =
            KafkaBroker.builder()
                .setting(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .setting("allow.everyone.if.no.acl.found", "true")
                .start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Cluster cluster = Cluster.of(broker);
      String name = cluster.newTopic(PARTITIONS);
      cluster.createTopic(name + ".dlq", 1, Map.of());
      List<AclBinding> readOnly =
          List.of(
              acl(name + ".dlq", AclOperation.WRITE, AclPermissionType.DENY),
              acl(name + ".dlq", AclOperation.DESCRIBE, AclPermissionType.ALLOW));
      try (Events events =
          cluster
              .events(cluster.config(), history)
              .install(Resilience.retryThenDeadLetter(2, Duration.ofMillis(1)))
              .build()) {
        Topic<Step> topic = Step.topic(name);
        Subscription subscription = events.subscribe(topic, OPTIONS, this::handle);
        assertThat(subscription.awaitAssigned(Duration.ofSeconds(60))).isTrue();
        admin.createAcls(readOnly).all().get();
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> !events.topics().find(name + ".dlq").isWritable());
        publish(events, topic);
        awaitAllButPoison(subscription);
        assertThat(cluster.committed(OPTIONS.group())).isNotEqualTo(cluster.end(name, PARTITIONS));

        assertThatThrownBy(() -> events.subscribe(topic, "too-late", this::handle).stopped().join())
            .hasMessageContaining(name + ".dlq of topic " + name + " may not be written");

        admin.deleteAcls(readOnly.stream().map(AclBinding::toFilter).toList()).all().get();
        cluster.awaitDone(history, OPTIONS.group(), name, PARTITIONS);
      }
      Verdict.Figures figures = cluster.judge(history);
      assertThat(figures.deadLettered()).isEqualTo(POISON);
      assertThat(figures.repeated()).isZero();
      // Stored before it was known, one may be stored again.
      assertThat(cluster.end(name + ".dlq", 1).get(0)).isGreaterThanOrEqualTo(POISON);
    }
  }

  @Test
  void clusterOfTheDeadLetters_thatIsDown_holdsUpNothingElse_andHasThemAllInTheEnd()
      throws Exception {
    try (KafkaBroker graves = KafkaBroker.start()) {
      Cluster cluster = Cluster.shared();
      String name = cluster.newTopic(PARTITIONS);
      Cluster.of(graves).createTopic(name + ".dlq", 1, Map.of());
      try (Events elsewhere =
              KafkaEvents.builder(EventsConfig.of("graves", graves.bootstrapServers())).build();
          Events events =
              cluster
                  .events(cluster.config(), history)
                  .onDelivery(DeadLetter.toTopicWithSuffix(".dlq").storedBy(elsewhere))
                  .build()) {
        Topic<Step> topic = Step.topic(name);
        Subscription subscription = events.subscribe(topic, OPTIONS, this::handle);
        assertThat(subscription.awaitAssigned(Duration.ofSeconds(60))).isTrue();
        graves.kill();
        publish(events, topic);
        awaitAllButPoison(subscription);

        graves.restart();
        cluster.awaitDone(history, OPTIONS.group(), name, PARTITIONS);
      }
      Verdict.Figures figures = cluster.judge(history);
      assertThat(figures.deadLettered()).isEqualTo(POISON);
      assertThat(figures.repeated()).isZero();
      assertThat(Cluster.of(graves).end(name + ".dlq", 1).get(0)).isGreaterThanOrEqualTo(POISON);
    }
  }

  @Test
  void deadLettersForAClusterThatIsDown_areKeptOnDisk_andArriveByteForByte() throws Exception {
    try (KafkaBroker graves = KafkaBroker.start();
        Spool spool = Spool.open(directory, 1L << 30)) {
      Cluster cluster = Cluster.shared();
      String name = cluster.newTopic(PARTITIONS);
      Cluster.of(graves).createTopic(name + ".dlq", 1, Map.of());
      EventsConfig config =
          EventsConfig.of("graves", graves.bootstrapServers())
              .withPublishTimeout(Duration.ofSeconds(3));
      try (Events elsewhere = KafkaEvents.builder(config).build();
          Events events =
              cluster
                  .events(cluster.config(), history)
                  .onDelivery(
                      DeadLetter.toTopicWithSuffix(".dlq").storedBy(elsewhere).spoolingTo(spool))
                  .build()) {
        Topic<Step> topic = Step.topic(name);
        Subscription subscription = events.subscribe(topic, OPTIONS, this::handle);
        assertThat(subscription.awaitAssigned(Duration.ofSeconds(60))).isTrue();
        graves.kill();
        publish(events, topic);
        cluster.awaitDone(history, OPTIONS.group(), name, PARTITIONS);
        assertThat(spool.contents().messages()).as("none of them is stored").isEqualTo(POISON);

        graves.restart();
        await().atMost(Duration.ofMinutes(2)).until(() -> spool.contents().messages() == 0);
        assertThat(spool.contents().quarantined()).isZero();
      }
      Verdict.Figures figures = cluster.judge(history);
      assertThat(figures.deadLettered()).as("those that had a place when they settled").isZero();
      assertThat(figures.repeated()).isZero();
      Set<String> poison =
          cluster.read(name, PARTITIONS).stream()
              .map(DeadLetterDownIT::bytes)
              .filter(
                  record -> record.startsWith(HexFormat.of().formatHex("poison".getBytes(UTF_8))))
              .collect(Collectors.toSet());
      assertThat(poison).hasSize(POISON);
      assertThat(Cluster.of(graves).read(name + ".dlq", 1))
          .extracting(DeadLetterDownIT::bytes)
          .as("one that was stored before it was known may be there twice")
          .containsAll(poison)
          .allMatch(poison::contains);
    }
  }

  /** Key, value, timestamp and headers, but for those of dead letters. */
  private static String bytes(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder bytes = new StringBuilder(HexFormat.of().formatHex(record.key()));
    bytes.append(' ').append(HexFormat.of().formatHex(record.value()));
    bytes.append(' ').append(record.timestamp());
    for (Header header : record.headers()) {
      if (!header.key().startsWith("events-dlq-")) {
        bytes.append(' ').append(header.key()).append('=');
        bytes.append(HexFormat.of().formatHex(header.value()));
      }
    }
    return bytes.toString();
  }

  private void awaitAllButPoison(Subscription subscription) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> history.settledCount() == EVENTS - POISON && poisonMet.size() == POISON);
    await().pollDelay(Scale.LETTERS_DOWN).atMost(Duration.ofMinutes(3)).until(() -> true);
    assertThat(subscription.health().failure()).isNull();
    assertThat(history.settledCount())
        .as("the letters are not stored yet")
        .isEqualTo(EVENTS - POISON);
  }

  private void publish(Events events, Topic<Step> topic) {
    for (int i = 0; i < EVENTS; i++) {
      boolean isPoison = i % (EVENTS / POISON) == 0;
      events.publish(topic, steps.next(isPoison ? "poison-" + i : "key-" + i % 40));
    }
    events.flush(Duration.ofSeconds(30));
  }

  private void handle(Delivery<Step> step) {
    String key = step.payload().key();
    if (key.startsWith("poison")) {
      poisonMet.add(key);
      throw new RejectedException("poison");
    }
  }

  private static AclBinding acl(
      String topic, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
  }
}
