package dev.kafkaevents.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.examples.workflow.Program.Result;
import dev.kafkaevents.examples.workflow.WorkflowEvent.Metadata;
import dev.kafkaevents.examples.workflow.WorkflowEvent.Payload;
import dev.kafkaevents.testkit.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are not written in Java publish to the topic and read from it: Debian's {@code
 * python3-kafka} and {@code kcat}. Where one is not installed its tests are skipped, and say so.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolyglotIT {
  /** Debian's own: another Python on the path does not have its packages. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final String KCAT = "/usr/bin/kcat";

  private static final String PYTHON_PUBLISHES =
      """
      import json, sys
      from datetime import datetime
      from kafka import KafkaProducer
      producer = KafkaProducer(
          bootstrap_servers=sys.argv[1], value_serializer=lambda v: json.dumps(v).encode("utf-8"))
      event = {
          "event_id": "from-python", "event_type": "model.trained", "source": "ml",
          "workflow_id": "train", "workflow_run_id": "r-1",
          "timestamp": datetime(2026, 7, 1, 12, 0, 0, 1).isoformat(),
          "payload": {"data": {"accuracy": 0.93, "labels": ["a", "b"]}},
          "metadata": {"environment": "staging", "version": "2.1"}}
      producer.send(sys.argv[2], event).get(timeout=60)
      producer.close()
      """;

  private static final String PYTHON_READS =
      """
      import json, sys
      from datetime import datetime
      from kafka import KafkaConsumer
      consumer = KafkaConsumer(
          sys.argv[2], bootstrap_servers=sys.argv[1], group_id="python",
          auto_offset_reset="earliest", value_deserializer=json.loads, consumer_timeout_ms=100000)
      for record in consumer:
          event = record.value
          time = datetime.fromisoformat(event["timestamp"])
          print(record.key.decode(), sorted(event), event["event_type"], time.utcoffset(),
                time.microsecond, event["payload"]["data"]["task_id"], len(record.headers))
          break
      consumer.close()
      """;

  @TempDir Path directory;
  private KafkaBroker broker;
  private String topic = "";

  @BeforeAll
  void start() {
    broker = KafkaBroker.start();
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  /** Each test has a topic of its own; the application calls it by the one name. */
  @BeforeEach
  void createTopic() throws IOException {
    topic = Files.createTempFile(directory, "workflow-events", "").getFileName().toString();
    broker.createTopic(topic, 1);
  }

  @Test
  void python_publishes_andItIsRead() throws Exception {
    assumePython();
    run(PYTHON, "-c", PYTHON_PUBLISHES, broker.bootstrapServers(), topic);
    WorkflowEvent event = read();
    assertThat(event.eventType()).isEqualTo("model.trained");
    assertThat(event.timestamp()).isEqualTo("2026-07-01T12:00:00.000001Z");
    assertThat(event.payload().data()).containsEntry("labels", List.of("a", "b"));
    assertThat(event.metadata()).isEqualTo(new Metadata("staging", "2.1"));
  }

  @Test
  void python_readsWhatIsPublished() throws Exception {
    assumePython();
    publish();
    assertThat(run(PYTHON, "-c", PYTHON_READS, broker.bootstrapServers(), topic))
        .isEqualTo(
            """
            etl ['event_id', 'event_type', 'metadata', 'payload', 'source', 'timestamp', \
            'workflow_id', 'workflow_run_id'] task.failed 0:00:00 500000 load 0
            """);
  }

  @Test
  void kcat_publishes_andItIsRead() throws Exception {
    assumeKcat();
    Path file = directory.resolve("event.json");
    Files.writeString(
        file,
        """
        {"event_id": "from-kcat", "event_type": "backup.done", "source": "cron", \
        "workflow_id": "backup", "workflow_run_id": "r-1", "timestamp": "2026-07-01T12:00:00Z", \
        "payload": {"data": {}}, "metadata": {"environment": "staging", "version": "2.1"}}""");
    run(KCAT, "-P", "-b", broker.bootstrapServers(), "-t", topic, "-k", "b", file.toString());
    assertThat(read().eventType()).isEqualTo("backup.done");
  }

  @Test
  void kcat_readsWhatIsPublished() throws Exception {
    assumeKcat();
    publish();
    String format = "%k %h %s";
    String seen =
        run(KCAT, "-C", "-b", broker.bootstrapServers(), "-t", topic, "-e", "-q", "-f", format);
    assertThat(seen)
        .startsWith("etl  {\"event_id\":\"from-java\"")
        .contains("\"timestamp\":\"2026-07-01T12:00:00.500000+00:00\"");
  }

  private void assumePython() throws Exception {
    boolean isThere = Files.isExecutable(Path.of(PYTHON));
    if (isThere) {
      try (Program program =
          Program.start(directory, Map.of(), List.of(PYTHON, "-c", "import kafka"))) {
        isThere = program.result().exitCode() == 0;
      }
    }
    assume(isThere, "Python has no Kafka client here; apt-get install python3-kafka");
  }

  private static void assumeKcat() {
    assume(Files.isExecutable(Path.of(KCAT)), "there is no kcat here; apt-get install kcat");
  }

  /** What is skipped is seen in the log of the build, and not in the reports alone. */
  private static void assume(boolean isThere, String otherwise) {
    if (!isThere) {
      System.err.println("!!! PolyglotIT NOT RUN: " + otherwise);
    }
    assumeTrue(isThere, "NOT RUN: " + otherwise);
  }

  private String run(String... command) throws IOException, InterruptedException {
    try (Program program = Program.start(directory, Map.of(), List.of(command))) {
      Result result = program.result();
      assertThat(result.exitCode()).as(result.err()).isZero();
      return result.out();
    }
  }

  private void publish() {
    WorkflowEvent event =
        new WorkflowEvent(
            "from-java",
            WorkflowEvent.TASK_FAILED,
            "airflow",
            "etl",
            "r-1",
            Instant.parse("2026-07-01T12:00:00.5Z"),
            new Payload(Map.of("task_id", "load")),
            new Metadata("production", "1"));
    try (Events events = events()) {
      assertThat(new WorkflowPublisher(events, Duration.ofSeconds(60)).publish(event).isStored())
          .isTrue();
    }
  }

  private WorkflowEvent read() throws Exception {
    CompletableFuture<WorkflowEvent> seen = new CompletableFuture<>();
    try (Events events = events()) {
      events.subscribe(WorkflowEvent.TOPIC, topic, event -> seen.complete(event.payload()));
      return seen.get(60, TimeUnit.SECONDS);
    }
  }

  private Events events() {
    EventsConfig config =
        EventsConfig.of("polyglot", broker.bootstrapServers())
            .withPublishTimeout(Duration.ofSeconds(60));
    return Settings.of(config, Map.of()).withNames(named()).assembly().build();
  }

  private NameMapper named() {
    return new NameMapper() {
      @Override
      public String topic(String declared) {
        return topic;
      }
    };
  }
}
