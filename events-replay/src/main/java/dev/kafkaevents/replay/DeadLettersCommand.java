package dev.kafkaevents.replay;

import dev.kafkaevents.EventsException;
import dev.kafkaevents.core.KafkaClients;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Dead letters at a prompt: {@code list}, {@code show}, {@code replay}, {@code park}; {@code
 * --help} tells more. Ends with 0 if it did what was asked for, with 1 if it could not, with 2 if
 * the command line is wrong. Keys, values and headers are not shown unless {@code show --unmasked}
 * asks for them.
 */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Looks at dead letters, replays or parks them.")
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
    commandLine.setExecutionExceptionHandler(
        (failure, line, result) -> {
          if (failure instanceof EventsException || failure instanceof IOException) {
            line.getErr().println(failure.getMessage());
            return 1;
          }
          throw failure;
        });
    return commandLine;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Tells of each letter where it is, where it comes from and why.")
  int list(
      @Parameters(paramLabel = "TOPIC", description = "with the dead letters") String topic,
      @Mixin Selection selection,
      @Option(
              names = "--max",
              paramLabel = "LETTERS",
              defaultValue = "100",
              description = "tells of so many at most; ${DEFAULT-VALUE}")
          int max,
      @Option(names = "--json", description = "one object on a line") boolean json)
      throws IOException {
    int told = 0;
    long more = 0;
    try (Letters letters = open(topic)) {
      for (List<Letter> some = letters.next(); !some.isEmpty(); some = letters.next()) {
        for (Letter letter : some) {
          if (!selection.test(letter)) {
            continue;
          }
          if (told == max) {
            more++;
          } else {
            told++;
            Map<String, Object> description = Description.of(letter);
            out().println(json ? Json.line(description) : inOneLine(description));
          }
        }
      }
    }
    if (!json) {
      String count = told == 1 ? "1 letter" : told + " letters";
      out().println(more == 0 ? count : count + ", and " + more + " more (--max)");
    }
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Tells all there is to a letter, with sizes in place of what it says.")
  int show(
      @Parameters(paramLabel = "TOPIC", description = "with the dead letters") String topic,
      @Mixin Selection selection,
      @Option(names = "--unmasked", description = "shows key, value and headers") boolean unmasked,
      @Option(names = "--json", description = "one object on a line") boolean json)
      throws IOException {
    boolean found = false;
    try (Letters letters = open(topic)) {
      for (List<Letter> some = letters.next(); !some.isEmpty(); some = letters.next()) {
        for (Letter letter : some) {
          if (selection.test(letter)) {
            found = true;
            Map<String, Object> whole = Description.whole(letter, unmasked);
            out().println(json ? Json.line(whole) : inLines(whole));
          }
        }
      }
    }
    if (!found) {
      throw new EventsException("topic " + topic + " has no such letter");
    }
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Sends the events of letters to where their group can handle them.",
        "A run goes on where it ended, also after a crash, and passes over what is not selected;"
            + " another name of a run begins at the first letter."
      })
  int replay(
      @Parameters(paramLabel = "TOPIC", description = "with the dead letters") String topic,
      @Mixin Selection selection,
      @Option(
              names = "--to",
              paramLabel = "TOPIC",
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
              description = "leaves what was replayed so often; ${DEFAULT-VALUE}")
          int times,
      @Mixin Going going)
      throws IOException, InterruptedException {
    String destination = to;
    if (destination == null) {
      if (selection.source == null || selection.group == null) {
        throw new ParameterException(
            spec.commandLine().getSubcommands().get("replay"),
            "say --to TOPIC, or --source TOPIC and --group GROUP");
      }
      destination = selection.source + "." + selection.group + ".replay";
    }
    String checked = destination;
    Replay replay =
        Replay.of(topic)
            .to(checked)
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
    return go(replay, going, checked);
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Copies letters to another topic as they are, for good or for later.")
  int park(
      @Parameters(paramLabel = "TOPIC", description = "with the dead letters") String topic,
      @Mixin Selection selection,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "TOPIC",
              description = "where they are kept")
          String to,
      @Mixin Going going)
      throws IOException, InterruptedException {
    return go(Replay.parking(topic).to(to).withSelection(selection), going, to);
  }

  /** How far and how fast. */
  static final class Going {
    @Option(
        names = "--run",
        paramLabel = "NAME",
        description = "which run; else TOPIC.replay, or TOPIC.park")
    @Nullable String run;

    @Option(names = "--max", paramLabel = "LETTERS", description = "sends so many at most")
    @Nullable Long max;

    @Option(
        names = "--rate",
        paramLabel = "LETTERS",
        description = "sends so many a second at most")
    @Nullable Double rate;

    @Option(names = "--dry-run", description = "tells what it would do, and does nothing")
    boolean dryRun;

    @Option(names = "--json", description = "one object in place of text")
    boolean json;
  }

  private int go(Replay replay, Going going, String to) throws IOException, InterruptedException {
    Replay asked = replay.withClients(connection.clients);
    if (going.run != null) {
      asked = asked.withRun(going.run);
    }
    if (going.max != null) {
      asked = asked.withMostLetters(going.max);
    }
    if (going.rate != null) {
      asked = asked.withLettersPerSecond(going.rate);
    }
    Bar bar =
        new Bar(spec.commandLine().getErr(), !going.json && CommandLine.Help.Ansi.AUTO.enabled());
    Replay.Report report;
    try {
      report =
          going.dryRun
              ? asked.dryRun(connection.config())
              : asked.run(connection.config(), bar::show);
    } finally {
      bar.end();
    }
    tell(report, asked.run(), to, going);
    return 0;
  }

  private void tell(Replay.Report report, String run, String to, Going going) {
    if (going.json) {
      Map<String, Object> told = new LinkedHashMap<>();
      told.put("run", run);
      told.put("to", to);
      told.put("dryRun", going.dryRun);
      told.put("passed", report.passed());
      told.put("sent", report.sent());
      told.put("unselected", report.unselected());
      told.put("exhausted", report.exhausted());
      told.put("failures", report.failures());
      out().println(Json.line(told));
      return;
    }
    out()
        .printf(
            "%s %,d letter(s) to %s; passed over %,d not selected and %,d replayed too often; run %s%n",
            going.dryRun ? "would send" : "sent",
            report.sent(),
            to,
            report.unselected(),
            report.exhausted(),
            run);
    report.failures().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            each ->
                out()
                    .printf(
                        "%,10d  %s %s%n",
                        each.getValue(),
                        "#".repeat((int) Math.ceil(40.0 * each.getValue() / report.sent())),
                        each.getKey()));
  }

  private Letters open(String topic) throws IOException {
    return Letters.open(connection.clients, connection.config(), topic, null);
  }

  private static String inOneLine(Map<String, Object> told) {
    return "%-12s %s  %s  %s  %s  %s bytes"
        .formatted(
            told.get("at"),
            text(told.get("from")),
            text(told.get("group")),
            text(told.get("time")),
            text(told.get("exception")),
            told.get("bytes"));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "-" : Description.escaped(value.toString());
  }

  private static String inLines(Map<String, Object> told) {
    StringBuilder lines = new StringBuilder();
    told.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> inner) {
            lines.append(name).append('\n');
            inner.forEach(
                (n, v) -> lines.append("  ").append(text(n)).append(": ").append(v).append('\n'));
          } else {
            lines.append("%-10s".formatted(name)).append(text(value)).append('\n');
          }
        });
    return lines.toString();
  }
}
