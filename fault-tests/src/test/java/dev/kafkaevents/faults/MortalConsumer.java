package dev.kafkaevents.faults;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.core.KafkaEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** A member in a process of its own, to be killed: tells on its standard output what it handles. */
final class MortalConsumer {
  private static final SubscribeOptions OPTIONS =
      SubscribeOptions.group("mortals").withConcurrency(8);

  private final Process process;
  private final Thread reader;

  private MortalConsumer(Process process, Thread reader) {
    this.process = process;
    this.reader = reader;
  }

  /** The child: address and topic as arguments. */
  public static void main(String[] args) {
    EventsConfig config =
        EventsConfig.of("mortal", args[0])
            .withConsumer("session.timeout.ms", "1000")
            .withConsumer("heartbeat.interval.ms", "200")
            .withConsumer("max.poll.records", "50");
    try (Events events = KafkaEvents.builder(config).serde(Step.serde()).build()) {
      events
          .subscribe(
              Step.topic(args[1]),
              OPTIONS,
              step -> {
                // One write each, so that a kill comes between two lines or not at all.
                System.out.write(
                    (step.payload().key() + ":" + step.payload().number() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                System.out.flush();
              })
          .stopped()
          .join();
    }
  }

  static MortalConsumer start(Cluster cluster, String topic, Consumer<Step> handled) {
    try {
      Process process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MortalConsumer.class.getName(),
                  cluster.broker().bootstrapServers(),
                  topic)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Thread reader = new Thread(() -> read(process, handled), "mortal-reader");
      reader.start();
      return new MortalConsumer(process, reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(Process process, Consumer<Step> handled) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        List<String> parts = List.of(line.split(":"));
        handled.accept(new Step(parts.get(0), Integer.parseInt(parts.get(1))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With SIGKILL; returns when all it ever said has been read. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
  }
}
