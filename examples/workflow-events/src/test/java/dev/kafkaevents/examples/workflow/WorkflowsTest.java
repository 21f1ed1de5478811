package dev.kafkaevents.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.KafkaClients;
import dev.kafkaevents.serde.json.JsonSerde;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WorkflowsTest {
  private static final Settings SETTINGS =
      Settings.of(
          EventsConfig.of("flows", "in-memory:9092").withPublishTimeout(Duration.ofSeconds(30)),
          Map.of("WORKFLOW_ENVIRONMENT", "test"));

  @Test
  void eachTaskAndTheEndOfTheRun_arePublishedInOrder() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start()) {
      kafka.createTopic(WorkflowEvent.TOPIC.name(), 3);
      try (Workflows workflows = new Workflows(SETTINGS, events(kafka.clients()))) {
        int result = workflows.run("etl", "r-1", run -> run.task("load", () -> 7) + 1);
        assertThat(result).isEqualTo(8);
        assertThatThrownBy(
                () ->
                    workflows.run(
                        "etl",
                        "r-2",
                        run ->
                            run.task(
                                "load",
                                () -> {
                                  throw new IOException("SECRET");
                                })))
            .isInstanceOf(IOException.class)
            .hasMessage("SECRET");
        assertThat(workflows.published()).isEqualTo(4);
        assertThat(workflows.notPublished()).isZero();
      }
      List<WorkflowEvent> seen = read(kafka, 4);
      assertThat(seen)
          .extracting(event -> event.eventType() + " " + event.workflowRunId())
          .containsExactly(
              "task.completed r-1",
              "workflow.completed r-1",
              "task.failed r-2",
              "workflow.failed r-2");
      assertThat(seen.get(2).payload().data())
          .containsEntry("task_id", "load")
          .containsEntry("error", "java.io.IOException")
          .containsOnlyKeys("task_id", "error", "duration_ms");
      assertThat(seen.get(2).metadata().environment()).isEqualTo("test");
    }
  }

  /** The code of the README. */
  @Test
  void aTaskOfAnExecutor_isPublishedAsThoseOfTheThread() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (InMemoryKafka kafka = InMemoryKafka.start()) {
      kafka.createTopic(WorkflowEvent.TOPIC.name(), 3);
      int loaded;
      try (Workflows workflows = new Workflows(SETTINGS, events(kafka.clients()))) {
        loaded =
            workflows.run(
                "daily-sales",
                "2026-11-21",
                run -> {
                  List<String> sales = run.task("extract", this::extract);
                  Callable<Integer> load = run.decorate("load", () -> load(sales));
                  return executor.submit(load).get(); // or whoever else runs what you call
                });
      }
      assertThat(loaded).isEqualTo(2);
      assertThat(read(kafka, 3))
          .extracting(event -> event.payload().data().get("task_id"))
          .containsExactly("extract", "load", null);
    } finally {
      executor.shutdown();
    }
  }

  private List<String> extract() {
    return List.of("a", "b");
  }

  private int load(List<String> sales) {
    return sales.size();
  }

  @Test
  void clusterThatHangs_delaysNoTask_andIsCounted() throws Exception {
    CountDownLatch forEver = new CountDownLatch(1);
    Settings hasty =
        Settings.of(SETTINGS.config().withPublishTimeout(Duration.ofMillis(50)), Map.of());
    KafkaClients hanging = hanging(forEver);
    Workflows workflows = new Workflows(hasty, events(hanging));
    try (workflows) {
      long done =
          workflows.run(
              "etl",
              "r-1",
              run -> {
                for (int i = 0; i < 1_200; i++) {
                  run.task("t-" + i, () -> "done");
                }
                // More than the queue holds, and none of them waited for the cluster.
                return workflows.notPublished();
              });
      assertThat(done).isBetween(190L, 200L);
      assertThat(workflows.published()).isZero();
    } finally {
      forEver.countDown();
    }
    assertThat(workflows.notPublished()).isEqualTo(1_201);
  }

  @Test
  void interruptedTask_isStillInterrupted_andFails() throws Exception {
    try (InMemoryKafka kafka = InMemoryKafka.start()) {
      kafka.createTopic(WorkflowEvent.TOPIC.name(), 1);
      try (Workflows workflows = new Workflows(SETTINGS, events(kafka.clients()))) {
        Thread.currentThread().interrupt();
        String result = workflows.run("etl", "r-1", run -> run.task("load", () -> "done"));
        assertThat(result).isEqualTo("done");
        assertThat(Thread.interrupted()).isTrue();
        workflows.awaitPublished();
        assertThat(workflows.published()).isEqualTo(2);
      }
    }
  }

  @Test
  void publisher_saysWhereAnEventIs_orWhyItIsNot() {
    EventsConfig hasty = SETTINGS.config().withPublishTimeout(Duration.ofMillis(100));
    WorkflowEvent event = read("{}");
    try (InMemoryKafka kafka = InMemoryKafka.start()) {
      try (Events events =
          Settings.of(hasty, Map.of()).assembly().clients(kafka.clients()).build()) {
        assertThat(new WorkflowPublisher(events, Duration.ofSeconds(30)).publish(event))
            .isInstanceOfSatisfying(
                Publication.NotStored.class,
                not -> {
                  assertThat(not.reason()).contains("was not sent");
                  assertThat(not.mayYetBeStored()).isFalse();
                });
      }
      kafka.createTopic(WorkflowEvent.TOPIC.name(), 1);
      try (Events events = events(kafka.clients())) {
        assertThat(new WorkflowPublisher(events, Duration.ofSeconds(30)).publish(event))
            .isInstanceOfSatisfying(
                Publication.Stored.class,
                stored -> assertThat(stored.at()).hasToString("workflow-events-0@0"));
      }
    }
  }

  private static WorkflowEvent read(String data) {
    return JsonSerde.mapper()
        .readValue(
            """
            {"event_id": "e-1", "event_type": "a", "source": "s", "workflow_id": "w", \
            "workflow_run_id": "r", "timestamp": "2026-07-01T12:00:00", "payload": {"data": %s}}"""
                .formatted(data),
            WorkflowEvent.class);
  }

  private static Events events(KafkaClients clients) {
    return SETTINGS.assembly().clients(clients).build();
  }

  private static List<WorkflowEvent> read(InMemoryKafka kafka, int count)
      throws InterruptedException {
    List<WorkflowEvent> seen = new CopyOnWriteArrayList<>();
    CountDownLatch all = new CountDownLatch(count);
    try (Events events = kafka.events("reader").serde(JsonSerde.factory()).build()) {
      events.subscribe(
          WorkflowEvent.TOPIC,
          "reader",
          event -> {
            seen.add(event.payload());
            all.countDown();
          });
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    }
    return seen;
  }

  /** Clients that can't even be made, as when a look-up of a host hangs. */
  private static KafkaClients hanging(CountDownLatch until) {
    return new KafkaClients() {
      @Override
      public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        try {
          until.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("nobody is there");
      }

      @Override
      public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        throw new IllegalStateException("nobody is there");
      }

      @Override
      public Admin admin(Map<String, Object> config) {
        throw new IllegalStateException("nobody is there");
      }
    };
  }
}
