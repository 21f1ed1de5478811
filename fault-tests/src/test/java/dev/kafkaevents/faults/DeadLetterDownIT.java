package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Delivery;
import dev.kafkaevents.Events;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.Topic;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dead-letter topic takes nothing for a while, although all else is well. */
@Timeout(180)
class DeadLetterDownIT {
  private static final int PARTITIONS = 2;
  private static final int EVENTS = 2_000;
  private static final int POISON = EVENTS / 20;

  /** Fewer slots than there are dead letters that wait. */
  private static final SubscribeOptions OPTIONS =
      SubscribeOptions.group("blocked").withConcurrency(4);

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
      AclBinding forbidden = nobodyWrites(name + ".dlq");
      admin.createAcls(List.of(forbidden)).all().get();
      try (Events events =
          cluster
              .events(cluster.config(), history)
              .install(Resilience.retryThenDeadLetter(2, Duration.ofMillis(1)))
              .build()) {
        Topic<Step> topic = Step.topic(name);
        publish(events, topic);
        Subscription subscription = events.subscribe(topic, OPTIONS, this::handle);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> history.settledCount() == EVENTS - POISON && poisonMet.size() == POISON);
        assertThat(subscription.health().failure()).isNull();
        assertThat(cluster.committed(OPTIONS.group())).isNotEqualTo(cluster.end(name, PARTITIONS));

        admin.deleteAcls(List.of(forbidden.toFilter())).all().get();
        cluster.awaitDone(history, OPTIONS.group(), name, PARTITIONS);
      }
      Verdict.Figures figures = cluster.judge(history);
      assertThat(figures.deadLettered()).isEqualTo(POISON);
      assertThat(figures.repeated()).isZero();
      // Stored before it was known, one may be stored again.
      assertThat(cluster.end(name + ".dlq", 1).get(0)).isGreaterThanOrEqualTo(POISON);
    }
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

  private static AclBinding nobodyWrites(String topic) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
  }
}
