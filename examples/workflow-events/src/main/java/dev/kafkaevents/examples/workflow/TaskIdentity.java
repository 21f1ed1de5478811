package dev.kafkaevents.examples.workflow;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which task of which run of which workflow a command is.
 *
 * @param tryNumber from 1; null if nobody counts
 */
record TaskIdentity(
    String workflowId, String workflowRunId, String taskId, @Nullable String tryNumber) {

  /**
   * What Apache Airflow says in the environment of a task; else {@code WORKFLOW_ID}, {@code
   * WORKFLOW_RUN_ID} and {@code WORKFLOW_TASK_ID}; else the program is both the workflow and the
   * task, and its run is called by the time, as Airflow calls those that are started by hand.
   */
  static TaskIdentity of(Map<String, String> environment, String program, Clock clock) {
    return new TaskIdentity(
        first(environment, program, "AIRFLOW_CTX_DAG_ID", "WORKFLOW_ID"),
        first(
            environment,
            "manual__" + PlainTime.format(clock.instant().truncatedTo(ChronoUnit.MICROS)),
            "AIRFLOW_CTX_DAG_RUN_ID",
            "WORKFLOW_RUN_ID"),
        first(environment, program, "AIRFLOW_CTX_TASK_ID", "WORKFLOW_TASK_ID"),
        environment.get("AIRFLOW_CTX_TRY_NUMBER"));
  }

  private static String first(Map<String, String> environment, String otherwise, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return otherwise;
  }

  /** As the payload of an event says it, with room for more. */
  Map<String, Object> data() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("task_id", taskId);
    if (tryNumber != null) {
      boolean isNumber = tryNumber.matches("[0-9]{1,9}");
      data.put("try_number", isNumber ? Integer.valueOf(tryNumber) : tryNumber);
    }
    return data;
  }

  @Override
  public String toString() {
    return workflowId + "/" + workflowRunId + " task " + taskId;
  }
}
