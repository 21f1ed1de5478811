package dev.kafkaevents.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaevents.Headers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class DeadLettersCommandTest {
  private static final int ORDERS = 20;

  private final Graveyard graveyard = new Graveyard();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void close() {
    graveyard.close();
  }

  private int run(String command, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>();
    all.add("--bootstrap-servers");
    all.add(graveyard.kafka.bootstrapServers());
    all.add(command);
    all.addAll(List.of(arguments));
    CommandLine line = DeadLettersCommand.commandLine(graveyard.kafka.clients());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(new String[0]));
  }

  @Test
  void list_tellsWhereAndWhy_andNothingOfTheEvent() {
    graveyard.bury(ORDERS);
    assertThat(run("list", "orders.dlq", "--max", "5")).isZero();
    assertThat(out.toString())
        .contains("billing", "orders-", "5 letters, and 15 more (--max)")
        .doesNotContain("o-1", "amount");

    assertThat(run("list", "orders.dlq", "--json", "--exception", "RejectedException")).isZero();
    assertThat(out.toString().lines())
        .hasSize(ORDERS / 2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("\"exception\":\"dev.kafkaevents.RejectedException\"")
                    .contains("\"group\":\"billing\"")
                    .contains("\"class\":\"rejected\""));
  }

  @Test
  void list_selects() {
    graveyard.bury(ORDERS);
    assertThat(count("--key", "o-3")).isEqualTo(3);
    assertThat(count("--group", "shipping")).isZero();
    assertThat(count("--source", "orders", "--class", "REJECTED")).isEqualTo(ORDERS / 2);
    assertThat(count("--header", "events-dlq-attempts=1")).isEqualTo(ORDERS);
    assertThat(count("--header", "events-dlq-attempts=2")).isZero();
    assertThat(count("--since", "2020-01-01T00:00:00Z")).isEqualTo(ORDERS);
    assertThat(count("--until", "2020-01-01T00:00:00Z")).isZero();
    assertThat(count("--exception", "java.lang.IllegalStateException", "--key", "o-1"))
        .isEqualTo(2);
  }

  private long count(String... selection) {
    List<String> arguments = new ArrayList<>(List.of("orders.dlq", "--json"));
    arguments.addAll(List.of(selection));
    assertThat(run("list", arguments.toArray(new String[0]))).as(err.toString()).isZero();
    return out.toString().lines().count();
  }

  @Test
  void show_masks_unlessItIsAskedNotTo() {
    graveyard.bury(1);
    String at = graveyard.records("orders.dlq").get(0).partition() + "@0";
    assertThat(run("show", "orders.dlq", "--at", at)).isZero();
    assertThat(out.toString())
        .contains("(3 bytes)", "events-dlq-group: billing")
        .doesNotContain("o-0");
    assertThat(run("show", "orders.dlq", "--at", at, "--unmasked")).isZero();
    assertThat(out.toString()).contains("o-0", "\"amount\":0");
    assertThat(run("show", "orders.dlq", "--at", "0@4711")).isEqualTo(1);
    assertThat(err.toString()).contains("no such letter");
  }

  @Test
  void show_writesOut_whatATerminalMightObey() {
    graveyard.write("orders.dlq", "k\u001b[2J", Headers.empty());
    assertThat(run("show", "orders.dlq", "--unmasked")).isZero();
    assertThat(out.toString()).contains("k\\u001b[2J").doesNotContain("\u001b");
  }

  @Test
  void replay_goesToTheFailingGroupAlone_byDefault() {
    graveyard.bury(ORDERS);
    assertThat(run("replay", "orders.dlq", "--source", "orders", "--group", "billing", "--dry-run"))
        .isZero();
    assertThat(out.toString())
        .contains(
            "would send 20 letter(s) to orders.billing.replay",
            "##",
            "dev.kafkaevents.RejectedException");
    assertThat(graveyard.records("orders.billing.replay")).isEmpty();

    assertThat(run("replay", "orders.dlq", "--source", "orders", "--group", "billing")).isZero();
    assertThat(out.toString()).contains("sent 20 letter(s)", "run orders.dlq.replay");
    assertThat(graveyard.records("orders.billing.replay")).hasSize(ORDERS);
  }

  @Test
  void replay_toAllGroups_hasToBeSaid() {
    graveyard.bury(ORDERS);
    assertThat(run("replay", "orders.dlq", "--to", "orders")).isEqualTo(1);
    assertThat(err.toString()).contains("all groups of that topic would get its event");
    assertThat(graveyard.records("orders")).hasSize(ORDERS);

    assertThat(run("replay", "orders.dlq", "--to", "orders", "--all-groups", "--json")).isZero();
    assertThat(out.toString()).contains("\"sent\":20", "\"to\":\"orders\"");
    assertThat(graveyard.records("orders")).hasSize(2 * ORDERS);
  }

  @Test
  void replay_needsToKnowWhereTo() {
    assertThat(run("replay", "orders.dlq", "--group", "billing")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            say --to TOPIC, or --source TOPIC and --group GROUP
            dead-letters replay --help tells what there is
            """);
  }

  @Test
  void park_copies_andMayBeCapped() {
    graveyard.bury(ORDERS);
    assertThat(run("park", "orders.dlq", "--to", "orders.parked", "--max", "4", "--rate", "1000"))
        .isZero();
    assertThat(graveyard.records("orders.parked")).hasSize(4);
  }

  @Test
  void configOfAFile_isKafkas(@TempDir Path directory) throws Exception {
    graveyard.bury(1);
    Path file = Files.writeString(directory.resolve("client.properties"), "client.id=operator\n");
    out.getBuffer().setLength(0);
    CommandLine line = DeadLettersCommand.commandLine(graveyard.kafka.clients());
    line.setOut(new PrintWriter(out, true));
    assertThat(
            line.execute(
                "--bootstrap-servers",
                graveyard.kafka.bootstrapServers(),
                "--config",
                file.toString(),
                "list",
                "orders.dlq"))
        .isZero();
    assertThat(out.toString()).contains("1 letter").doesNotContain("letters");
  }

  @Test
  void cluster_hasToBeNamed() {
    CommandLine line = DeadLettersCommand.commandLine(graveyard.kafka.clients());
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute("list", "orders.dlq", "--bootstrap-servers", "")).isEqualTo(2);
    assertThat(err.toString()).contains("say --bootstrap-servers HOST:PORT");
  }

  @Test
  void commandsOfTheGuide_doWhatTheySay() throws Exception {
    graveyard.bury(ORDERS);
    String program = "events-replay/dead-letters ";
    List<String> commands =
        Files.readAllLines(Path.of("../docs/resilience.md")).stream()
            .filter(line -> line.startsWith(program))
            .map(line -> line.substring(program.length()))
            .toList();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(4);
    for (String command : commands) {
      List<String> words = List.of(command.split(" "));
      String[] arguments = words.subList(1, words.size()).toArray(new String[0]);
      assertThat(run(words.get(0), arguments)).as(command + err).isZero();
    }
    assertThat(graveyard.records("orders.billing.replay")).hasSize(ORDERS);
    assertThat(graveyard.records("orders.parked")).hasSize(ORDERS / 2);
  }

  @Test
  void help_isThereForEachCommand_withItsExitCodes() {
    for (String command : List.of("list", "show", "replay", "park")) {
      assertThat(run(command, "--help")).isZero();
      assertThat(out.toString())
          .contains("Usage: dead-letters " + command, "TOPIC", "Exit codes:", "it could not");
    }
  }

  @Test
  void version_isThatOfTheBuild() {
    String version = "dead-letters \\d+\\.\\d+\\S*, on kafka-clients 4\\.\\S+\\R";
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).matches(version);
    assertThat(run("list", "--version")).isZero();
    assertThat(out.toString()).matches(version);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          lits orders.dlq                          | Unmatched arguments from index 2: 'lits', 'orders.dlq'
          list                                     | Missing required parameter: 'TOPIC'
          list orders/dlq                          | "orders/dlq" is not legal: 1 to 249 of a-z A-Z 0-9
          list orders.dlq --since yesterday        | 'yesterday' is no time, such as 2026-11-21T10:00:00Z
          list orders.dlq --max 0                  | '0' is no whole number from 1 to 2147483647
          list orders.dlq --header tenant          | '--header' (NAME=TEXT) should be in KEY=VALUE format
          list orders.dlq --timeout soon           | 'soon' is no whole number
          list orders.dlq --config nosuch          | --config nosuch can't be read as properties: NoSuchFileException
          show orders.dlq --at 4711                | '4711' is no partition and offset, such as 0@4711
          replay orders.dlq --to orders.dlq        | would go to it again; name another topic
          replay orders.dlq --to o --times -1      | '-1' is no whole number
          replay orders.dlq --to o --rate 0        | '0' is no number above zero
          replay orders.dlq --source o --group a:b | "o.a:b.replay" is not legal
          park orders.dlq                          | Missing required option: '--to=TOPIC'
          park orders.dlq --to orders.parked --bootstrap-servers h | bootstrap
          """)
  void wrongCommandLine_isRefused_inOneLineAndWithTheWayOut(String arguments, String problem) {
    List<String> words = List.of(arguments.split(" "));
    assertThat(run(words.get(0), words.subList(1, words.size()).toArray(new String[0])))
        .isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).hasSizeBetween(1, 2);
    assertThat(err.toString().lines().findFirst()).get().asString().contains(problem);
  }

  @Test
  void topicsThatAreNotThere_areNamed_beforeAnythingIsSent() {
    graveyard.bury(1);
    for (List<String> arguments :
        List.of(
            List.of("list", "nosuch"),
            List.of("show", "nosuch"),
            List.of("replay", "orders.dlq", "--to", "nosuch"),
            List.of("replay", "orders.dlq", "--to", "nosuch", "--dry-run"),
            List.of("park", "orders.dlq", "--to", "nosuch"))) {
      int exit =
          run(arguments.get(0), arguments.subList(1, arguments.size()).toArray(new String[0]));
      assertThat(exit).as(arguments.toString()).isEqualTo(1);
      assertThat(err.toString().lines()).hasSize(1).first().asString().contains("no topic nosuch");
    }
    assertThat(graveyard.committed("orders.dlq.replay")).isZero();
  }
}
