package dev.kafkaevents.examples.workflow;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs any program, and publishes how it ended. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs COMMAND and publishes task.completed or task.failed.",
      "Ends with its exit code, whatever Kafka does, within 5 s of its end; what is not published"
          + " is said on standard error. SIGTERM and Ctrl-C are passed on to it.",
      "Which task it is: AIRFLOW_CTX_DAG_ID, AIRFLOW_CTX_DAG_RUN_ID, AIRFLOW_CTX_TASK_ID and"
          + " AIRFLOW_CTX_TRY_NUMBER, or WORKFLOW_ID, WORKFLOW_RUN_ID and WORKFLOW_TASK_ID.",
      "Where it is published: KAFKA_BOOTSTRAP_SERVERS."
    })
final class RunCommand implements Callable<Integer> {
  private static final int NOT_EXECUTABLE = 127; // what a shell says

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "the program, its arguments")
  private List<String> command = List.of();

  @Spec private CommandSpec spec;

  /** Why nothing can be published; null if it can. */
  private @Nullable String problem;

  RunCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws InterruptedException {
    Path program = Path.of(command.get(0)).getFileName();
    TaskIdentity task =
        TaskIdentity.of(
            System.getenv(),
            program == null ? command.get(0) : program.toString(),
            Clock.systemUTC());
    long start = System.nanoTime();
    CompletableFuture<Process> started = new CompletableFuture<>();
    // Before the command is there, so that it never is without this.
    try (OnSignal signal = OnSignal.tell(() -> started.join().destroy())) {
      Process process = new ProcessBuilder(command).inheritIO().start();
      started.complete(process);
      Workflows workflows = connect(); // while the command is at work
      return signal.exitWith(end(task, process.waitFor(), start, workflows));
    } catch (IOException e) {
      say(e.getMessage());
      return end(task, NOT_EXECUTABLE, start, connect());
    }
  }

  private @Nullable Workflows connect() {
    try {
      return new Workflows(Settings.ofEnvironment());
    } catch (RuntimeException e) {
      problem = e.getMessage();
      return null;
    }
  }

  private int end(TaskIdentity task, int exitCode, long start, @Nullable Workflows workflows) {
    String eventType = exitCode == 0 ? WorkflowEvent.TASK_COMPLETED : WorkflowEvent.TASK_FAILED;
    Map<String, Object> data = task.data();
    data.put("exit_code", exitCode);
    data.put("duration_ms", Duration.ofNanos(System.nanoTime() - start).toMillis());
    if (workflows == null) {
      say("not published: %s of %s: %s".formatted(eventType, task, problem));
      return exitCode;
    }
    try (workflows) {
      workflows.publish(eventType, task.workflowId(), task.workflowRunId(), data);
      workflows.awaitPublished();
    }
    return exitCode;
  }

  private void say(@Nullable String text) {
    spec.commandLine().getErr().println("workflow-events: " + text);
  }
}
