package dev.kafkaevents.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Topic;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.KafkaBroker;
import dev.kafkaevents.testkit.TestRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.testcontainers.DockerClientFactory;

/** One class on several backends, at once and one by one, and what is said of those not there. */
@Timeout(180)
class BackendsIT {
  record Order(String id) {}

  private static final Topic<Order> ORDERS = Topic.of("orders", Order.class).keyedBy(Order::id);

  private static void publishAndHandle(TestKafka kafka) {
    kafka.createTopic("orders", 2);
    Events events = kafka.events(builder -> builder.serde(JsonSerde.factory()));
    List<String> handled = Collections.synchronizedList(new ArrayList<>());
    events.subscribe(ORDERS, "billing", order -> handled.add(order.payload().id()));
    for (int i = 0; i < 5; i++) {
      events.publish(ORDERS, new Order("o-" + i));
    }
    kafka.settle();
    assertThat(handled).containsExactlyInAnyOrder("o-0", "o-1", "o-2", "o-3", "o-4");
    assertThat(kafka.lag("billing", "orders")).isZero();
  }

  @EventsTest(on = {Backend.MEMORY, Backend.BROKER})
  static class OnBoth {
    @Test
    void handled(TestKafka kafka) {
      publishAndHandle(kafka);
    }

    @Test
    void withoutOne() {}
  }

  @EventsTest(on = {Backend.MEMORY, Backend.BROKER})
  static class AtOnce {
    @RepeatedTest(6)
    void oneOfSix(TestKafka kafka) {
      publishAndHandle(kafka);
    }
  }

  static class OneMethod {
    @Test
    @EventsTest
    void handled(TestKafka kafka) {
      publishAndHandle(kafka);
    }
  }

  private static Map<String, String> on(String backends, String... more) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("events.testkit.kafka", backends);
    for (int i = 0; i < more.length; i += 2) {
      parameters.put(more[i], more[i + 1]);
    }
    return parameters;
  }

  @Test
  void aClass_runsOnceOnEach() {
    TestRun run = TestRun.of(OnBoth.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.names(Status.SUCCESSFUL))
        .isEqualTo(
            Set.of(
                "memory handled(TestKafka)",
                "memory withoutOne()",
                "broker handled(TestKafka)",
                "broker withoutOne()"));
  }

  @Test
  void testsAtOnce_doNotMeet() {
    TestRun run =
        TestRun.of(
            AtOnce.class,
            Map.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "6"));

    assertThat(run.failures()).isEmpty();
  }

  @Test
  void aMethod_runsOnOne() {
    assertThat(TestRun.of(OneMethod.class).failures()).isEmpty();
    assertThat(TestRun.of(OneMethod.class, on("memory,broker")).failure())
        .hasMessageContaining("one method alone runs on one; put @EventsTest on the class");
  }

  @Test
  void aClusterThatIsThereAnyway_isLeftAsItWas() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TestRun run =
          TestRun.of(
              OnBoth.class,
              on(
                  "external",
                  "events.testkit.bootstrap.servers",
                  broker.bootstrapServers(),
                  "events.testkit.demand",
                  "external"));

      assertThat(run.failures()).isEmpty();
      assertThat(run.names(Status.SUCCESSFUL))
          .isEqualTo(Set.of("external handled(TestKafka)", "external withoutOne()"));
      // A broker hears a little later of what the controller has done.
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                assertThat(admin.listTopics().names().get()).isEmpty();
                assertThat(admin.listGroups().all().get()).isEmpty();
              });
    }
  }

  @Test
  void aBackendThatIsNotThere_abortsWhatNeedsIt_andSaysWhy() {
    TestRun run = TestRun.of(OnBoth.class, on("memory,external"));

    assertThat(run.names(Status.ABORTED))
        .isEqualTo(Set.of("external handled(TestKafka)", "external withoutOne()"));
    assertThat(run.failures().values())
        .allSatisfy(
            e ->
                assertThat(e)
                    .hasMessage(
                        "external is not there: events.testkit.bootstrap.servers is not set"));
    assertThat(run.names(Status.SUCCESSFUL))
        .isEqualTo(Set.of("memory handled(TestKafka)", "memory withoutOne()"));
  }

  @Test
  void aBackendThatIsDemanded_andNotThere_failsWhatNeedsIt() {
    TestRun run =
        TestRun.of(OnBoth.class, on("external", "events.testkit.demand", "broker,external"));

    assertThat(run.names(Status.FAILED))
        .isEqualTo(Set.of("external handled(TestKafka)", "external withoutOne()"));
    assertThat(run.failures().values())
        .allSatisfy(
            e ->
                assertThat(e)
                    .hasMessageStartingWith(
                        "external is demanded by events.testkit.demand and is not there"));
  }

  @Test
  void withoutDocker_containersAbort_andSaySo() {
    Assumptions.assumeFalse(
        DockerClientFactory.instance().isDockerAvailable(), "there is a Docker engine here");

    TestRun run = TestRun.of(OnBoth.class, on("containers"));

    assertThat(run.names(Status.ABORTED))
        .isEqualTo(Set.of("containers handled(TestKafka)", "containers withoutOne()"));
    assertThat(run.failures().values())
        .allSatisfy(
            e -> assertThat(e).hasMessage("containers is not there: no Docker engine answers"));
  }

  @Test
  void anUnknownBackend_isRefused_withThoseThereAre() {
    assertThat(TestRun.of(OnBoth.class, on("memory,docker")).failure())
        .hasMessageContaining(
            "events.testkit.kafka is memory,docker, must be a list of [memory, broker, containers, external]");
  }
}
