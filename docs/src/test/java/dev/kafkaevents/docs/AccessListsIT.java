package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.FailureClass;
import dev.kafkaevents.PublishException;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Subscription;
import dev.kafkaevents.SubscriptionException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.TopicFacts;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.resilience.Resilience;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of docs/security.md are enough, and needed. */
@Timeout(120)
class AccessListsIT {
  private static final Pattern ROW =
      Pattern.compile("\\| (.+) \\| (topic|group) `(.+)` \\| (\\w+(?:, \\w+)*) \\|");

  private static final Topic<Integer> ORDERS =
      Topic.of("orders", Integer.class).keyedBy(String::valueOf);

  /** On the cluster: what the broker and the administrator need themselves. */
  private static final List<AclOperation> OF_THE_TEST =
      List.of(AclOperation.CLUSTER_ACTION, AclOperation.ALTER, AclOperation.DESCRIBE);

  private static final List<MatchResult> ROWS =
      Page.of("docs/security.md").lines().stream()
          .flatMap(line -> ROW.matcher(line).results())
          .toList();

  private static KafkaBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker =
        KafkaBroker.builder()
            .setting(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
            .setting("allow.everyone.if.no.acl.found", "true")
            .start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    broker.createTopic("orders", 1);
    broker.createTopic("orders.dlq", 1);
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @AfterEach
  void unlock() throws Exception {
    admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whatThePageGrants_isEnough_andWithoutItNothingWorks(String protocol) throws Exception {
    create(locks());
    EventsConfig config =
        EventsConfig.of("shop", broker.bootstrapServers()).withConsumer("group.protocol", protocol);

    try (Events events = events(config)) {
      assertThatThrownBy(() -> events.publish(ORDERS, 1).join())
          .cause()
          .isInstanceOfSatisfying(
              PublishException.class,
              e -> assertThat(e.failureClass()).isEqualTo(FailureClass.SECURITY));
      assertThatThrownBy(() -> subscribe(events).stopped().join())
          .cause()
          .isInstanceOf(SubscriptionException.class);
    }

    grant("publish", "subscribe", "keep dead letters");
    try (Events events = events(config)) {
      events.publish(ORDERS, 1).join();
      events.publish(ORDERS, -1).join();
      Subscription billing = subscribe(events);
      await().atMost(Duration.ofSeconds(60)).until(() -> billing.lag().equals(OptionalLong.of(0)));
      assertThat(billing.state()).isEqualTo(Subscription.State.RUNNING);
      assertThat(settings(events, "orders")).isEmpty();
    }

    grant("check what is kept");
    try (Events events = events(config)) {
      assertThat(settings(events, "orders")).containsKey("retention.ms");
      assertThat(settings(events, "orders.dlq")).containsKey("retention.ms");
    }
  }

  private static Events events(EventsConfig config) {
    return KafkaEvents.builder(config)
        .serde(JsonSerde.factory())
        .install(Resilience.retryThenDeadLetter(1, Duration.ofMillis(1)))
        .build();
  }

  private static Subscription subscribe(Events events) {
    return events.subscribe(
        ORDERS,
        "billing",
        delivery -> {
          if (delivery.payload() < 0) {
            throw new RejectedException("negative");
          }
        });
  }

  private static Map<String, String> settings(Events events, String topic) {
    TopicFacts facts = events.topics().find(topic);
    return facts == null ? Map.of() : facts.settings();
  }

  /** An entry for somebody else on each resource, so that nobody may do what is not granted. */
  private static Collection<AclBinding> locks() {
    List<AclBinding> locks = new ArrayList<>();
    for (MatchResult row : ROWS) {
      locks.add(allowed(pattern(row), "User:nobody", AclOperation.DELETE));
    }
    for (AclOperation own : OF_THE_TEST) {
      ResourcePattern cluster =
          new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);
      locks.add(allowed(cluster, "User:ANONYMOUS", own));
    }
    return locks;
  }

  private static void grant(String... parts) throws Exception {
    List<AclBinding> granted = new ArrayList<>();
    for (MatchResult row : ROWS) {
      if (List.of(parts).contains(row.group(1))) {
        Stream.of(row.group(4).split(", ", -1))
            .map(AccessListsIT::operation)
            .forEach(operation -> granted.add(allowed(pattern(row), "User:ANONYMOUS", operation)));
      }
    }
    assertThat(granted).hasSizeGreaterThanOrEqualTo(parts.length);
    create(granted);
  }

  /** Returns when the broker goes by them. */
  private static void create(Collection<AclBinding> bindings) throws Exception {
    admin.createAcls(bindings).all().get();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.describeAcls(AclBindingFilter.ANY).values().get().containsAll(bindings));
  }

  private static AclOperation operation(String word) {
    return AclOperation.fromString(
        word.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
  }

  private static ResourcePattern pattern(MatchResult row) {
    return new ResourcePattern(
        ResourceType.fromString(row.group(2)), row.group(3), PatternType.LITERAL);
  }

  private static AclBinding allowed(
      ResourcePattern pattern, String principal, AclOperation operation) {
    return new AclBinding(
        pattern, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
  }
}
