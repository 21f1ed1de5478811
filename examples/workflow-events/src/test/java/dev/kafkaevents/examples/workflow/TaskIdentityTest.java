package dev.kafkaevents.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TaskIdentityTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-07-01T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void airflow_isAskedFirst() {
    Map<String, String> environment =
        Map.of(
            "AIRFLOW_CTX_DAG_ID", "etl",
            "AIRFLOW_CTX_DAG_RUN_ID", "scheduled__2026-07-01",
            "AIRFLOW_CTX_TASK_ID", "load",
            "AIRFLOW_CTX_TRY_NUMBER", "2",
            "WORKFLOW_ID", "other",
            "WORKFLOW_TASK_ID", "other");
    TaskIdentity task = TaskIdentity.of(environment, "true", NOON);
    assertThat(task).isEqualTo(new TaskIdentity("etl", "scheduled__2026-07-01", "load", "2"));
    assertThat(task.data()).isEqualTo(Map.of("task_id", "load", "try_number", 2));
  }

  @Test
  void ownVariables_areNext_andABlankOneIsNone() {
    Map<String, String> environment =
        Map.of("AIRFLOW_CTX_DAG_ID", " ", "WORKFLOW_ID", "nightly", "WORKFLOW_RUN_ID", "7");
    assertThat(TaskIdentity.of(environment, "backup.sh", NOON))
        .isEqualTo(new TaskIdentity("nightly", "7", "backup.sh", null));
  }

  @Test
  void nothingSaid_isTheProgramAndTheTime() {
    assertThat(TaskIdentity.of(Map.of(), "backup.sh", NOON))
        .hasToString("backup.sh/manual__2026-07-01T12:00:00.000000+00:00 task backup.sh");
  }
}
