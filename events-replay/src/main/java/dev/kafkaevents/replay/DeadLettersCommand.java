package dev.kafkaevents.replay;

import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import dev.kafkaevents.EventsException;
import dev.kafkaevents.core.KafkaClients;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Dead letters at a prompt: {@code list}, {@code show}, {@code replay}, {@code park}; {@code
 * --help} tells more. Ends with 0 if it did what was asked for, with 1 if it could not, with 2 if
 * the command line is wrong; what is wrong is in one line of standard error. A cluster that does
 * not answer is waited for 15 seconds unless {@code --timeout} says otherwise. Keys, values and
 * headers are not shown unless {@code show --unmasked} asks for them.
 */
@Command(
    name = "dead-letters",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Looks at dead letters, replays or parks them.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:it did what was asked for",
      "1:it could not: no such topic or letter, no answer, no permission",
      "2:the command line or the configuration is wrong"
    })
public final class DeadLettersCommand {
  @Mixin private final Connection connection = new Connection();
  @Spec private CommandSpec spec;

  DeadLettersCommand() {
    this.spec = CommandSpec.create();
  }

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    System.exit(commandLine(KafkaClients.real()).execute(args));
  }

  static CommandLine commandLine(KafkaClients clients) {
    DeadLettersCommand command = new DeadLettersCommand();
    command.connection.clients = clients;
    CommandLine commandLine = new CommandLine(command);
    commandLine.setParameterExceptionHandler((wrong, arguments) -> refused(wrong));
    commandLine.setExecutionExceptionHandler(
        (failure, line, result) -> {
          if (failure instanceof EventsException) {
            line.getErr().println(failure.getMessage());
            return failure instanceof EventsConfigException ? 2 : 1;
          }
          throw failure;
        });
    return commandLine;
  }

  private static int refused(ParameterException wrong) {
    CommandLine line = wrong.getCommandLine();
    line.getErr().println(wrong.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(wrong, line.getErr())) {
      line.getErr().println(line.getCommandSpec().qualifiedName() + " --help tells what there is");
    }
    return 2;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(description = "Tells of each letter where it is, where it comes from and why.")
  int list(
      @Mixin Selection selection,
      @Option(
              names = "--max",
              paramLabel = "LETTERS",
              defaultValue = "100",
              converter = Counts.class,
              description = "tells of so many at most; ${DEFAULT-VALUE}")
          int max,
      @Option(names = "--json", description = "one object on a line") boolean json) {
    int told = 0;
    long more = 0;
    try (Letters letters = open(selection.topic)) {
      Iterator<Letter> selected = letters.all().filter(selection).iterator();
      while (selected.hasNext()) {
        Letter letter = selected.next();
        if (told == max) {
          more++;
        } else {
          told++;
          Map<String, Object> description = Description.of(letter);
          out().println(json ? Json.line(description) : Description.inOneLine(description));
        }
      }
    }
    if (!json) {
      String count = told == 1 ? "1 letter" : told + " letters";
      out().println(more == 0 ? count : count + ", and " + more + " more (--max)");
    }
    return 0;
  }

  @Command(description = "Tells all there is to a letter, with sizes in place of what it says.")
  int show(
      @Mixin Selection selection,
      @Option(names = "--unmasked", description = "shows key, value and headers") boolean unmasked,
      @Option(names = "--json", description = "one object on a line") boolean json) {
    try (Letters letters = open(selection.topic)) {
      Iterator<Letter> selected = letters.all().filter(selection).iterator();
      if (!selected.hasNext()) {
        throw new EventsException("topic " + selection.topic + " has no such letter");
      }
      while (selected.hasNext()) {
        Map<String, Object> whole = Description.whole(selected.next(), unmasked);
        out().println(json ? Json.line(whole) : Description.inLines(whole));
      }
    }
    return 0;
  }

  @Command(
      description = {
        "Sends the events of letters to where their group can handle them.",
        "A run goes on from where it was, also after a crash, and passes over what is not selected;"
            + " another name of a run begins at the first letter."
      })
  int replay(
      @Mixin Selection selection,
      @Option(
              names = "--to",
              paramLabel = "TOPIC",
              converter = Names.class,
              description = "where they go; else SOURCE.GROUP.replay, for --source and --group")
          @Nullable String to,
      @Option(
              names = "--all-groups",
              description = "allows --to to be the topic they come from, which all its groups read")
          boolean allGroups,
      @Option(
              names = "--times",
              paramLabel = "TIMES",
              defaultValue = "3",
              converter = Counts.class,
              description = "leaves what was replayed so often; ${DEFAULT-VALUE}")
          int times,
      @Mixin Going going)
      throws InterruptedException {
    String destination = to;
    if (destination == null) {
      if (selection.source == null || selection.group == null) {
        throw wrong("say --to TOPIC, or --source TOPIC and --group GROUP");
      }
      destination = selection.source + "." + selection.group + ".replay";
    }
    String checked = destination;
    Replay replay =
        Replay.of(selection.topic)
            .withMostReplays(times)
            .withSelection(
                letter -> {
                  if (!selection.test(letter)) {
                    return false;
                  }
                  if (!allGroups
                      && letter.origin() != null
                      && letter.origin().position().topic().equals(checked)) {
                    throw new EventsException(
                        ("the %s comes from topic %s, and all groups of that topic would get its event"
                                + " again; say --all-groups if they should, or a --to of its own")
                            .formatted(letter, checked));
                  }
                  return true;
                });
    return go(replay, checked, going);
  }

  @Command(description = "Copies letters to another topic as they are, for good or for later.")
  int park(
      @Mixin Selection selection,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "TOPIC",
              converter = Names.class,
              description = "where they are kept")
          String to,
      @Mixin Going going)
      throws InterruptedException {
    return go(Replay.parking(selection.topic).withSelection(selection), to, going);
  }

  private int go(Replay replay, String to, Going going) throws InterruptedException {
    Replay asked;
    try {
      asked = going.of(replay.to(to)).withClients(connection.clients);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    EventsConfig config = config();
    Bar bar =
        new Bar(spec.commandLine().getErr(), !going.json && CommandLine.Help.Ansi.AUTO.enabled());
    Replay.Report report;
    try {
      report = going.dryRun ? asked.dryRun(config) : asked.run(config, bar::show);
    } finally {
      bar.end();
    }
    out().println(going.told(report, asked.run(), to));
    return 0;
  }

  private Letters open(String topic) {
    return Letters.open(connection.clients, config(), topic, null);
  }

  private EventsConfig config() {
    try {
      return connection.config();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(
        spec.commandLine().getParseResult().subcommand().commandSpec().commandLine(), problem);
  }
}
