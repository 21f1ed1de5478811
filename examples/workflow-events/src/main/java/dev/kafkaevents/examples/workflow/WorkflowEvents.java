package dev.kafkaevents.examples.workflow;

import static java.util.Objects.requireNonNull;

import dev.kafkaevents.EventsException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command: {@code run}, {@code watch}, and a demonstration if nothing is said. */
@Command(
    name = "workflow-events",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[run | watch]",
    subcommands = {RunCommand.class, WatchCommand.class},
    description = "Publishes how commands end, and shows what comes; alone, a demonstration.")
public final class WorkflowEvents implements Callable<Integer> {
  @Spec private CommandSpec spec;

  WorkflowEvents() {
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws Exception {
    return new Demo(spec.commandLine().getOut()).run() ? 0 : 1;
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new WorkflowEvents());
    // What follows the first word of the wrapped command is its own, options included.
    requireNonNull(commandLine.getSubcommands().get("run")).setStopAtPositional(true);
    commandLine.setExecutionExceptionHandler(
        (failure, line, result) -> {
          if (failure instanceof EventsException) {
            line.getErr().println("workflow-events: " + failure.getMessage());
            return 1;
          }
          throw failure;
        });
    return commandLine;
  }

  /** Ends with the exit code of the wrapped command; else 0, 1 if it could not, 2 if misused. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }
}
