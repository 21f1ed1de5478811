package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import dev.kafkaevents.Events;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.KafkaBroker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster that forbids, for a while or from the beginning. */
@Timeout(400)
class AuthorizationIT {
  private static final SubscribeOptions OPTIONS = SubscribeOptions.group("guests");

  @ParameterizedTest
  @CsvSource({"TOPIC, COOPERATIVE", "GROUP, COOPERATIVE", "GROUP, CONSUMER"})
  void forbiddenForAWhile_goesOnByItself_andForbiddenFromTheBeginning_fails(
      ResourceType type, Protocol protocol) throws Exception {
    try (KafkaBroker broker = broker();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Cluster cluster = Cluster.of(broker);
      String name = cluster.newTopic(1);
      Topic<Step> topic = Step.topic(name);
      AclBinding forbidden = forbidden(type, type == ResourceType.TOPIC ? name : OPTIONS.group());
      try (Events events = cluster.events(protocol.in(cluster.config())).build()) {
        Set<Integer> handled = ConcurrentHashMap.newKeySet();
        Subscription subscription =
            events.subscribe(topic, OPTIONS, step -> handled.add(step.payload().number()));
        events.publish(topic, new Step("k", 0)).join();
        await().atMost(Duration.ofSeconds(30)).until(() -> handled.contains(0));

        admin.createAcls(List.of(forbidden)).all().get();
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(subscription.health().trouble()).contains("AuthorizationException"));
        await().pollDelay(Scale.FORBIDDEN).atMost(Duration.ofMinutes(5)).until(() -> true);
        assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);

        try (Events late = cluster.events(protocol.in(cluster.config())).build()) {
          assertThatThrownBy(
                  () ->
                      late.subscribe(topic, OPTIONS, step -> {})
                          .stopped()
                          .orTimeout(30, TimeUnit.SECONDS)
                          .join())
              .cause()
              .isInstanceOf(SubscriptionException.class)
              .hasMessageContaining("Not authorized");
        }

        admin.deleteAcls(List.of(forbidden.toFilter())).all().get();
        events.publish(topic, new Step("k", 1)).join();
        await().atMost(Duration.ofMinutes(2)).until(() -> handled.contains(1));
        await().atMost(Duration.ofSeconds(30)).until(() -> subscription.health().trouble() == null);
      }
    }
  }

  /** Not even ask for the id of a producer, which with some versions is the end of that. */
  @Test
  void publisherThatMayWriteNothing_goesOnByItself_onceItMay() throws Exception {
    List<AclBinding> nothing =
        List.of(
            acl(ResourceType.TOPIC, "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW),
            acl(ResourceType.TOPIC, "*", AclOperation.WRITE, AclPermissionType.DENY),
            // All else stays allowed, or nobody could take this back.
            acl(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALL, AclPermissionType.ALLOW),
            acl(
                ResourceType.CLUSTER,
                "kafka-cluster",
                AclOperation.IDEMPOTENT_WRITE,
                AclPermissionType.DENY));
    try (KafkaBroker broker = broker();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Cluster cluster = Cluster.of(broker);
      Topic<Step> topic = Step.topic(cluster.newTopic(1));
      admin.createAcls(nothing).all().get();
      Steps steps = new Steps();
      long cpu = cpuNanos();
      long began = System.nanoTime();
      try (Logged log = new Logged();
          Events events = cluster.events().build()) {
        Set<FailureClass> met = EnumSet.noneOf(FailureClass.class);
        await()
            .pollInterval(Duration.ofMillis(100))
            .atMost(Scale.FORBIDDEN.plusSeconds(60))
            .until(
                () -> {
                  met.add(failureOf(events.publish(topic, steps.next("k"))));
                  return met.contains(FailureClass.CLIENT_LOST)
                      && System.nanoTime() - began > Scale.FORBIDDEN.toNanos();
                });
        double busy = (double) (cpuNanos() - cpu) / (System.nanoTime() - began);
        System.out.printf(
            "%.0f %% of a core, %d lines logged%n", 100 * busy, log.warnings().size());
        assertThat(log.ourWarnings()).as("producers replaced").hasSizeLessThanOrEqualTo(10);

        admin.deleteAcls(nothing.stream().map(AclBinding::toFilter).toList()).all().get();
        await()
            .pollInterval(Duration.ofMillis(100))
            .atMost(Duration.ofSeconds(60))
            .until(() -> failureOf(events.publish(topic, steps.next("k"))) == null);
        events.publish(topic, steps.next("k")).join();
      }
      assertThat(cluster.end(topic.name(), 1)).containsEntry(0, 2L);
    }
  }

  private static @Nullable FailureClass failureOf(CompletableFuture<?> publish) {
    try {
      publish.orTimeout(30, TimeUnit.SECONDS).join();
      return null;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(PublishException.class);
      return ((PublishException) e.getCause()).failureClass();
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static KafkaBroker broker() {
    return KafkaBroker.builder()
        .setting("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
        .setting("allow.everyone.if.no.acl.found", "true")
        // A member that was refused can't leave: its partitions are free when its session ends.
        .setting("group.consumer.min.session.timeout.ms", "10000")
        .setting("group.consumer.session.timeout.ms", "10000")
        .start();
  }

  private static AclBinding forbidden(ResourceType type, String name) {
    return acl(type, name, AclOperation.READ, AclPermissionType.DENY);
  }

  private static AclBinding acl(
      ResourceType type, String name, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
  }
}
