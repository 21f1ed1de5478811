package dev.kafkaevents.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cluster that forbids, for a while or from the beginning. */
@Timeout(120)
class AuthorizationIT {
  private static final SubscribeOptions OPTIONS = SubscribeOptions.group("guests");

  @ParameterizedTest
  @EnumSource(
      value = ResourceType.class,
      names = {"TOPIC", "GROUP"})
  void forbiddenForAWhile_goesOnByItself_andForbiddenFromTheBeginning_fails(ResourceType type)
      throws Exception {
    try (KafkaBroker broker =
            KafkaBroker.builder()
                .setting(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .setting("allow.everyone.if.no.acl.found", "true")
                .start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Cluster cluster = Cluster.of(broker);
      String name = cluster.newTopic(1);
      Topic<Step> topic = Step.topic(name);
      AclBinding forbidden = forbidden(type, type == ResourceType.TOPIC ? name : OPTIONS.group());
      try (Events events = cluster.events().build()) {
        AtomicInteger handled = new AtomicInteger();
        Subscription subscription =
            events.subscribe(topic, OPTIONS, step -> handled.incrementAndGet());
        events.publish(topic, new Step("k", 0)).join();
        await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 1);

        admin.createAcls(List.of(forbidden)).all().get();
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () ->
                    assertThat(subscription.health().trouble()).contains("AuthorizationException"));
        assertThat(subscription.state()).isEqualTo(Subscription.State.RUNNING);

        try (Events late = cluster.events().build()) {
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
        await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 2);
        await().atMost(Duration.ofSeconds(10)).until(() -> subscription.health().trouble() == null);
      }
    }
  }

  private static AclBinding forbidden(ResourceType type, String name) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.READ, AclPermissionType.DENY));
  }
}
