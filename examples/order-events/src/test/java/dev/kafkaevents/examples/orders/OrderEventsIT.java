package dev.kafkaevents.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.examples.orders.Program.Result;
import dev.kafkaevents.testkit.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program against a real broker, and told to end. */
@Timeout(300)
final class OrderEventsIT {
  private static final String ROW =
      "{\"no\":\"o-%d\",\"cust\":\"c-7\",\"ts\":1782907200,\"cur\":\"EUR\","
          + "\"pos\":[{\"art\":\"cup\",\"qty\":2,\"price\":995}]}";

  @TempDir Path directory;

  @Test
  void demonstration_holds() throws Exception {
    try (Program program = Program.start(directory, Map.of())) {
      Result result = program.result();
      assertThat(result.out())
          .contains("a broker started for this run", "All of it happened.")
          .doesNotContain("!");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void demonstration_onAClusterOfOthers_holds() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start();
        Program program = Program.start(directory, on(broker, Map.of()))) {
      Result result = program.result();
      assertThat(result.out())
          .contains("from KAFKA_BOOTSTRAP_SERVERS", "All of it happened.")
          .doesNotContain("!");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void file_isPublished_andWhatIsNoOrderIsInTheExitCode() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      broker.createTopic("orders", 2);
      Path file = directory.resolve("orders.ndjson");
      Files.writeString(file, ROW.formatted(1) + "\n" + ROW.formatted(2) + "\n");
      Result good = run(broker, file.toString());
      assertThat(good.out()).startsWith("2 published, 0 invalid, none failed, 0 remaining");
      assertThat(good.exitCode()).isZero();
      Files.writeString(file, ROW.formatted(1) + "\nSECRET\n" + ROW.formatted(2));
      Result bad = run(broker, file.toString());
      assertThat(bad.out()).startsWith("2 published, 1 invalid, none failed, 0 remaining");
      assertThat(bad.err()).contains("reason=line 2 is no order").doesNotContain("SECRET");
      assertThat(bad.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void commandLineThatIsWrong_is2_andAFileThatIsNotThere1() throws Exception {
    try (Program program = Program.start(directory, Map.of(), "--fast")) {
      Result result = program.result();
      assertThat(result.err()).contains("usage: ");
      assertThat(result.exitCode()).isEqualTo(2);
    }
    try (Program program = Program.start(directory, Map.of(), "/no/such/file")) {
      Result result = program.result();
      assertThat(result.err()).contains("can't read /no/such/file");
      assertThat(result.exitCode()).isEqualTo(1);
    }
  }

  /** Not SIGINT: a shell that starts the tests in the background has it ignored from then on. */
  @Test
  void signal_whenAllIsStored_isTheSignalsOwnExitCode() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      broker.createTopic("orders", 2);
      try (Program program = Program.start(directory, on(broker, Map.of()), "-")) {
        for (int i = 1; i <= 5; i++) {
          program.write(ROW.formatted(i));
        }
        awaitTold(program, "order handed over", 5);
        program.terminate(); // it waits for a sixth
        Result result = program.result();
        assertThat(result.out())
            .isEqualTo(
                "stopped: 5 published, 0 invalid, none failed, 0 remaining without an outcome\n");
        assertThat(result.exitCode()).isEqualTo(143);
      }
    }
  }

  @Test
  void signal_whenKafkaDoesNotAnswer_isHowManyRemain() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start()) {
      broker.createTopic("orders", 1);
      Map<String, String> hasty = on(broker, Map.of("EVENTS_CLOSE_TIMEOUT", "1s"));
      try (Program program = Program.start(directory, hasty, "-")) {
        program.write(ROW.formatted(1));
        awaitTold(program, "order published", 1);
        broker.freeze();
        for (int i = 2; i <= 4; i++) {
          program.write(ROW.formatted(i));
        }
        awaitTold(program, "order handed over", 4);
        program.terminate();
        Result result = program.result();
        assertThat(result.out())
            .isEqualTo(
                "stopped: 1 published, 0 invalid, none failed, 3 remaining without an outcome\n");
        assertThat(result.exitCode()).isEqualTo(1);
      } finally {
        broker.thaw();
      }
    }
  }

  private static void awaitTold(Program program, String what, int times) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> program.errSoFar().lines().filter(line -> line.endsWith(what)).count() == times);
  }

  private Result run(KafkaBroker broker, String... args) throws IOException, InterruptedException {
    try (Program program = Program.start(directory, on(broker, Map.of()), args)) {
      return program.result();
    }
  }

  private static Map<String, String> on(KafkaBroker broker, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    return environment;
  }
}
