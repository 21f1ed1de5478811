package dev.kafkaevents.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.examples.workflow.Program.Result;
import dev.kafkaevents.testkit.KafkaBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real command against a real broker, or none. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkflowEventsIT {
  private static final Map<String, String> AIRFLOW =
      Map.of(
          "AIRFLOW_CTX_DAG_ID", "etl",
          "AIRFLOW_CTX_DAG_RUN_ID", "scheduled__2026-07-01",
          "AIRFLOW_CTX_TASK_ID", "load",
          "AIRFLOW_CTX_TRY_NUMBER", "2");

  @TempDir Path directory;
  private KafkaBroker broker;

  @BeforeAll
  void start() {
    broker = KafkaBroker.start();
    broker.createTopic(WorkflowEvent.TOPIC.name(), 2);
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @Test
  void demonstration_holds() throws Exception {
    Result result = run(Map.of());
    assertThat(result.out())
        .contains("a broker started for this run", "All of it happened.")
        .doesNotContain("!");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void demonstration_onAClusterOfOthers_holds() throws Exception {
    Result result = run(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
    assertThat(result.out())
        .contains("from KAFKA_BOOTSTRAP_SERVERS", "All of it happened.")
        .doesNotContain("!");
    assertThat(result.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true, 0, task.completed", "false, 1, task.failed"})
  void brokerDownFromStartToEnd_isTheCommandsOwnExitCode_soonAfterItsEnd(
      String command, int exitCode, String eventType) throws Exception {
    Path ended = Files.createTempFile(directory, "ended", "");
    // The time at which the command ends: its own, not that of the process around it, which at
    // first has a JVM to start, on a machine that may be busy.
    String script =
        "sleep 2; %s; code=$?; date +%%s%%3N > %s; exit $code".formatted(command, ended);
    Result result =
        run(with(AIRFLOW, "127.0.0.1:" + freePort(), Map.of()), "run", "--", "sh", "-c", script);
    Duration sinceItsEnd =
        Duration.ofMillis(
            System.currentTimeMillis() - Long.parseLong(Files.readString(ended).strip()));
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(sinceItsEnd).isLessThan(Duration.ofSeconds(5));
    assertThat(result.err())
        .contains("not published", eventType + " of etl/scheduled__2026-07-01 task load");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void brokerThatDoesNotAnswer_isTheCommandsOwnExitCode() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String servers = "127.0.0.1:" + silent.getLocalPort();
      Result result = run(with(AIRFLOW, servers, Map.of()), "run", "sh", "-c", "exit 7");
      assertThat(result.exitCode()).isEqualTo(7);
      assertThat(result.err()).contains("not published", "task.failed of etl/");
    }
  }

  @Test
  void settingsThatCantBe_areTheCommandsOwnExitCode() throws Exception {
    Result none = run(AIRFLOW, "run", "--", "sh", "-c", "echo works; exit 3");
    assertThat(none.exitCode()).isEqualTo(3);
    assertThat(none.out()).isEqualTo("works\n");
    assertThat(none.err())
        .contains("not published: task.failed of etl/", "set it in the map")
        .contains("KAFKA_BOOTSTRAP_SERVERS");
    Result wrong =
        run(with(AIRFLOW, "localhost:1", Map.of("EVENTS_PUBLISH_TIMEOUT", "soon")), "run", "true");
    assertThat(wrong.exitCode()).isZero();
    assertThat(wrong.err()).contains("not published: task.completed of etl/", "publish-timeout");
  }

  @Test
  void commandThatIsNotThere_is127_asInAShell() throws Exception {
    Result result = run(AIRFLOW, "run", "/no/such/command");
    assertThat(result.exitCode()).isEqualTo(127);
    assertThat(result.err()).contains("/no/such/command", "task.failed of etl/");
  }

  @Test
  void outcomes_arePublished_andWatched() throws Exception {
    try (KafkaBroker own = KafkaBroker.start()) {
      own.createTopic(WorkflowEvent.TOPIC.name(), 2);
      Map<String, String> patient = with(AIRFLOW, own.bootstrapServers(), patiently());
      Result good = run(patient, "run", "--", "sh", "-c", "echo SECRET");
      assertThat(good.exitCode()).isZero();
      assertThat(good.err()).contains("published task.completed of etl/", "to workflow-events-");
      Result bad = run(patient, "run", "sh", "-c", "exit 7");
      assertThat(bad.exitCode()).isEqualTo(7);

      Result watched =
          run(
              patient,
              "watch",
              "--from-beginning",
              "--max",
              "1",
              "--json",
              "--type",
              "task.failed");
      assertThat(watched.exitCode()).isZero();
      assertThat(watched.out())
          .contains(
              "\"event_type\":\"task.failed\"",
              "\"workflow_id\":\"etl\"",
              "\"workflow_run_id\":\"scheduled__2026-07-01\"",
              "\"data\":{\"task_id\":\"load\",\"try_number\":2,\"exit_code\":7,\"duration_ms\":")
          .doesNotContain("SECRET");
      assertThat(watched.err()).contains("closed: 1 events, lag ");
    }
  }

  @Test
  void watch_toldToEnd_closesInOrder() throws Exception {
    Map<String, String> environment = with(Map.of(), broker.bootstrapServers(), Map.of());
    try (Program program =
        Program.start(directory, environment, "watch", "--from-beginning", "--group", "w")) {
      run(with(AIRFLOW, broker.bootstrapServers(), patiently()), "run", "true");
      await().atMost(Duration.ofSeconds(60)).until(() -> program.outSoFar().contains("etl/"));
      program.terminate();
      Result result = program.result();
      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).contains("closed: ", ", 0 not settled");
    }
  }

  @Test
  void run_toldToEnd_tellsItsCommand_andPublishes() throws Exception {
    Map<String, String> environment = with(AIRFLOW, broker.bootstrapServers(), patiently());
    String script = "trap 'echo told; exit 9' TERM; echo ready; while :; do sleep 0.1; done";
    try (Program program = Program.start(directory, environment, "run", "--", "sh", "-c", script)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> program.outSoFar().contains("ready"));
      program.terminate();
      Result result = program.result();
      assertThat(result.out()).isEqualTo("ready\ntold\n");
      assertThat(result.err()).contains("published task.failed of etl/");
      assertThat(result.exitCode()).isEqualTo(9);
    }
  }

  private static Map<String, String> patiently() {
    return Map.of("EVENTS_PUBLISH_TIMEOUT", "60s");
  }

  private static Map<String, String> with(
      Map<String, String> environment, String servers, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("KAFKA_BOOTSTRAP_SERVERS", servers);
    all.putAll(more);
    return all;
  }

  private Result run(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    try (Program program = Program.start(directory, environment, args)) {
      return program.result();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
