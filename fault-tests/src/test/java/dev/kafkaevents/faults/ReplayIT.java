package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaevents.Events;
import dev.kafkaevents.Headers;
import dev.kafkaevents.Message;
import dev.kafkaevents.replay.DeadLettersCommand;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command that replays dead letters is killed in the middle, and run again. */
@Timeout(300)
class ReplayIT {
  private static final int PARTITIONS = 3;
  private static final int ONE_POLL = 500;

  private final Cluster cluster = Cluster.shared();
  private Path output;

  /** Of the command: standard output of this JVM is not ours to write to. */
  @BeforeEach
  void output(@TempDir Path directory) {
    output = directory.resolve("output");
  }

  @Test
  void replayThatIsKilled_leavesNothingOut_andRepeatsAPollAtMost() throws Exception {
    String source = cluster.newTopic(PARTITIONS);
    String letters = source + ".dlq";
    String destination = source + ".billing.replay";
    cluster.createTopic(letters, PARTITIONS, Map.of());
    cluster.createTopic(destination, PARTITIONS, Map.of());
    bury(source, letters);

    List<String> arguments =
        List.of("replay", letters, "--source", source, "--group", "billing", "--json");
    int rate = Scale.LETTERS / 20; // So that there is a middle, on a slow machine too.
    Process killed = command(arguments, "--rate", String.valueOf(rate));
    await().atMost(Duration.ofSeconds(60)).until(() -> replayed(letters) > 0);
    killed.destroyForcibly();
    assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(replayed(letters)).isLessThan(Scale.LETTERS);

    Process again = command(arguments);
    assertThat(again.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(again.exitValue()).as(Files.readString(output)).isZero();
    Map<String, Integer> times = timesReplayed(destination);
    assertThat(times).hasSize(Scale.LETTERS);
    int repeated = times.values().stream().mapToInt(n -> n - 1).sum();
    assertThat(repeated).isBetween(0, ONE_POLL);
    System.out.printf("%,d letters replayed, %,d twice%n", Scale.LETTERS, repeated);
    assertThat(cluster.end(source, PARTITIONS).values()).as("for other groups").containsOnly(0L);
  }

  private void bury(String source, String letters) {
    try (Events events = cluster.events().build()) {
      for (int i = 0; i < Scale.LETTERS; i++) {
        byte[] key = ("key-" + i % 50).getBytes(UTF_8);
        events.send(
            Message.of(letters, key, new byte[100])
                .withHeaders(
                    Headers.of("events-dlq-topic", source)
                        .with("events-dlq-partition", "0")
                        .with("events-dlq-offset", String.valueOf(i))
                        .with("events-dlq-group", "billing")));
      }
      events.flush(Duration.ofSeconds(60));
    }
  }

  private long replayed(String letters) {
    return cluster.committed(letters + ".replay").values().stream().mapToLong(n -> n).sum();
  }

  private Process command(List<String> arguments, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DeadLettersCommand.class.getName(),
                "--bootstrap-servers",
                cluster.bootstrapServers()));
    command.addAll(arguments);
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(output.toFile()))
        .start();
  }

  /** By the letter it was. */
  private Map<String, Integer> timesReplayed(String destination) {
    Map<String, Integer> times = new HashMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(destination, i)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          byte[] letter = record.headers().lastHeader("events-replay-of").value();
          times.merge(new String(letter, UTF_8), 1, Integer::sum);
        }
      }
    }
    return times;
  }
}
