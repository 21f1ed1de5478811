package dev.kafkaevents.examples.workflow;

import static dev.kafkaevents.examples.workflow.WorkflowEvent.TASK_COMPLETED;
import static dev.kafkaevents.examples.workflow.WorkflowEvent.TASK_FAILED;
import static dev.kafkaevents.examples.workflow.WorkflowEvent.WORKFLOW_COMPLETED;
import static dev.kafkaevents.examples.workflow.WorkflowEvent.WORKFLOW_FAILED;

import dev.kafkaevents.Events;
import dev.kafkaevents.examples.workflow.WorkflowEvent.Payload;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Runs workflows and their tasks, and publishes how each of them ends.
 *
 * <pre>{@code
 * workflows.run("daily-sales", "2026-11-21", run -> {
 *   Sales sales = run.task("extract", this::extract);
 *   executor.submit(run.decorate("load", () -> load(sales)));
 *   ...
 * });
 * }</pre>
 *
 * <p>What a task returns or throws comes out unchanged, and no later for Kafka: events are
 * published {@linkplain BesideTasks beside} the tasks. Only the end of a run waits for what is not
 * confirmed yet, for the publish time-out at most. Safe for use by many threads.
 */
final class Workflows implements AutoCloseable {
  private final Settings settings;
  private final BesideTasks beside;

  Workflows(Settings settings) {
    this(settings, settings.assembly().build());
  }

  /** Closes {@code events} with itself. */
  Workflows(Settings settings, Events events) {
    this.settings = settings;
    this.beside = new BesideTasks(events, settings.patience());
  }

  /** What a workflow does. */
  @FunctionalInterface
  interface Steps<T> {
    T in(Run run) throws Exception;
  }

  /** Runs {@code steps}; to return is to complete, to throw is to fail. */
  <T> T run(String workflowId, String runId, Steps<T> steps) throws Exception {
    try {
      return observed(
          WORKFLOW_COMPLETED,
          WORKFLOW_FAILED,
          workflowId,
          runId,
          Map.of(),
          () -> steps.in(new Run(workflowId, runId)));
    } finally {
      beside.await(settings.patience());
    }
  }

  /** One run of a workflow. */
  final class Run {
    private final String workflowId;
    private final String runId;

    private Run(String workflowId, String runId) {
      this.workflowId = workflowId;
      this.runId = runId;
    }

    /** Does {@code task} now, on this thread. */
    <T> T task(String taskId, Callable<T> task) throws Exception {
      return decorate(taskId, task).call();
    }

    /** The same task, which publishes how it ends, whoever calls it and whenever. */
    <T> Callable<T> decorate(String taskId, Callable<T> task) {
      Map<String, Object> data = Map.of("task_id", taskId);
      return () -> observed(TASK_COMPLETED, TASK_FAILED, workflowId, runId, data, task);
    }
  }

  private <T> T observed(
      String completed,
      String failed,
      String workflowId,
      String runId,
      Map<String, Object> data,
      Callable<T> work)
      throws Exception {
    Map<String, Object> told = new LinkedHashMap<>(data);
    long start = System.nanoTime();
    String eventType = failed;
    try {
      T result = work.call();
      eventType = completed;
      return result;
    } catch (Throwable e) {
      told.put("error", e.getClass().getName()); // what it says may quote what was worked on
      throw e;
    } finally {
      told.put("duration_ms", Duration.ofNanos(System.nanoTime() - start).toMillis());
      publish(eventType, workflowId, runId, told);
    }
  }

  /** Publishes how something else ended. Returns at once. */
  void publish(String eventType, String workflowId, String runId, Map<String, Object> data) {
    beside.offer(
        new WorkflowEvent(
            UUID.randomUUID().toString(),
            eventType,
            settings.source(),
            workflowId,
            runId,
            Instant.now().truncatedTo(ChronoUnit.MICROS),
            new Payload(data),
            settings.metadata()));
  }

  /** Waits for confirmations, for the publish time-out at most. */
  void awaitPublished() {
    beside.await(settings.patience());
  }

  /** How many events are known to be on the topic. */
  long published() {
    return beside.published();
  }

  /** How many are not, as far as is known. */
  long notPublished() {
    return beside.notPublished();
  }

  @Override
  public void close() {
    beside.close();
  }
}
