package dev.kafkaevents.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.examples.quickstart.Program.Result;
import dev.kafkaevents.testkit.KafkaBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program against real brokers. */
final class QuickstartIT {
  private static final String CANCELLED =
      "{\"type\":\"OrderCancelled\",\"orderId\":\"o-%d\",\"reason\":\"%s\"}\n";

  @TempDir Path directory;

  @Test
  void sample_onABrokerOfItsOwn_isAllAccountedFor() throws Exception {
    Result result = run(null);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("Kafka Events quickstart")
        .contains("All is accounted for, and all checks hold.", "Where to look next")
        .doesNotContain("!");
    assertRow(result, "malformed lines", "0");
    assertRow(result, "published", "1,001");
    assertRow(result, "handled", "989");
    assertRow(result, "retried", "42");
    assertRow(result, "dead-lettered", "12");
    assertRow(result, "rejected by a rule", "11");
    assertRow(result, "undecodable", "1");
    assertRow(result, "unaccounted for", "0");
    assertRow(result, "handled again", "0");
    assertRow(result, "order kept per key", "yes   checked for 100 keys");
    assertRow(result, "committed to the end", "yes");
    assertThat(result.exitCode()).isZero();
    assertBrokerIsGone(result);
    assertThat(withoutFigures(result.out())).isEqualTo(withoutFigures(outputInReadme()));
  }

  @Test
  void linesThatAreNoEvents_areReportedAndTheRestGoesOn() throws Exception {
    Path file = directory.resolve("events.ndjson");
    Files.writeString(
        file,
        CANCELLED.formatted(1, "fine")
            + "SECRET\n\n"
            + "{\"type\":\"OrderGone\",\"orderId\":\"SECRET\"}\n"
            + CANCELLED.formatted(2, "fine")
            + "[\"SECRET\"]");
    Result result = run(null, "--events", file.toString());
    assertThat(result.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("  line 2 is not JSON from column 1 on"),
            line ->
                assertThat(line)
                    .startsWith(
                        "  line 4 has an unknown \"type\"; it must be one of OrderPlaced, "),
            line -> assertThat(line).isEqualTo("  line 6 is not a JSON object"));
    assertThat(result.out() + result.err()).doesNotContain("SECRET");
    assertRow(result, "malformed lines", "3");
    assertRow(result, "published", "3");
    assertRow(result, "handled", "2");
    assertRow(result, "order kept per key", "yes   checked for 2 keys");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void tenThousandEventsOverAHundredKeys_fromStandardInput_areAllHandledOnceAndInOrder()
      throws Exception {
    String events =
        IntStream.range(0, 10_000)
            .mapToObj(i -> CANCELLED.formatted(i * 37 % 100, "reason " + i))
            .collect(Collectors.joining());
    try (Program program = Program.start(directory, null, "--events", "-")) {
      try (OutputStream stdin = program.stdin()) {
        stdin.write(events.getBytes(UTF_8));
      }
      Result result = program.result();
      assertRow(result, "published", "10,001");
      assertRow(result, "handled", "10,000");
      assertRow(result, "unaccounted for", "0");
      assertRow(result, "handled again", "0");
      assertRow(result, "order kept per key", "yes   checked for 100 keys");
      assertRow(result, "committed to the end", "yes");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void runsOnOneCluster_doNotMeet() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      Result first = run(broker.bootstrapServers());
      Result second = run(broker.bootstrapServers());
      assertThat(first.exitCode()).isZero();
      assertThat(second.exitCode()).isZero();
      assertRow(second, "published", "1,001");
      assertRow(second, "handled", "989");
      assertThat(second.out())
          .contains(
              "Kafka         " + broker.bootstrapServers() + ", from KAFKA_BOOTSTRAP_SERVERS");
      assertThat(topic(first)).isNotEqualTo(topic(second));
    }
  }

  @Test
  void clusterThatIsNotThere_isNamed() throws Exception {
    Result result = run("nowhere.invalid:9092");
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("  can't connect at nowhere.invalid:9092: ");
    assertThat(result.out()).doesNotContain("accounted");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void settingThatCantBe_isNamed() throws Exception {
    Result result = run("http://nowhere");
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .contains("KAFKA_BOOTSTRAP_SERVERS", "must be host:port");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void interrupt_endsItSoonAndLeavesNoBroker() throws Exception {
    try (Program program = Program.start(directory, null, "--events", "-")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> program.outSoFar().contains("standard input"));
      long start = System.nanoTime();
      program.terminate();
      Result result = program.result();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(result.exitCode()).isNotZero();
      assertThat(result.err()).contains("interrupted").doesNotContain("ERROR", "Exception");
      assertThat(result.out()).doesNotContain("accounted");
      assertBrokerIsGone(result);
    }
  }

  private Result run(String servers, String... args) throws IOException, InterruptedException {
    try (Program program = Program.start(directory, servers, args)) {
      return program.result();
    }
  }

  private static void assertRow(Result result, String name, String value) {
    assertThat(result.out())
        .containsPattern("(?m)^ +" + Pattern.quote(name) + " +" + Pattern.quote(value) + "( |$)");
  }

  private static String outputInReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"), UTF_8);
    int start = readme.indexOf("Kafka Events quickstart\n");
    return readme.substring(start, readme.indexOf("```", start));
  }

  /** Of what differs from run to run, and so may the width of a column. */
  private static String withoutFigures(String output) {
    return output.replaceAll("[0-9][0-9,.]*", "0").replaceAll(" +", " ").replace("\r\n", "\n");
  }

  private static String topic(Result result) {
    return found(" (\\S+\\.orders), 4 partitions", result);
  }

  private static void assertBrokerIsGone(Result result) {
    int port = Integer.parseInt(found("Kafka +127\\.0\\.0\\.1:(\\d+)", result));
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }

  private static String found(String regex, Result result) {
    Matcher matcher = Pattern.compile(regex).matcher(result.out());
    assertThat(matcher.find()).as(regex + " in " + result.out()).isTrue();
    return matcher.group(1);
  }
}
