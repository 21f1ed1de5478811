package dev.kafkaevents.examples.teamserde;

import dev.kafkaevents.Events;
import dev.kafkaevents.PublishResult;
import dev.kafkaevents.SubscribeOptions;
import dev.kafkaevents.Topic;
import dev.kafkaevents.testkit.memory.InMemoryKafka;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Publishes and handles events in a format of one's own; Kafka is in memory. */
public final class TeamSerde {
  private static final Topic<Reading> READINGS =
      Topic.of("readings", Reading.class).keyedBy(Reading::sensor);

  private TeamSerde() {}

  /** Ends with 0 if what was published was handled as it was, and with 1 if not. */
  public static void main(String[] args) {
    System.exit(run(System.out) ? 0 : 1);
  }

  /** Whether what was published was handled as it was. */
  static boolean run(PrintStream out) {
    Instant noon = Instant.parse("2026-07-01T12:00:00Z");
    List<Reading> readings =
        List.of(
            new Reading("roof", noon, 31.5, null),
            new Reading("cellar", noon, 14.25, "door was open"),
            new Reading("roof", noon.plus(Duration.ofHours(1)), 32.0, null));
    List<Reading> handled = new CopyOnWriteArrayList<>();
    try (InMemoryKafka kafka = InMemoryKafka.withVirtualTime(1)) {
      kafka.createTopic(READINGS.name(), 1);
      try (Events events = kafka.events("weather").serde(ReadingSerde.factory()).build()) {
        events.subscribe(
            READINGS,
            SubscribeOptions.group("display"),
            event -> {
              out.println("handled " + event.payload());
              handled.add(event.payload());
            });
        List<CompletableFuture<PublishResult>> published = new ArrayList<>();
        for (Reading reading : readings) {
          byte[] bytes = new ReadingSerde().encode(reading, (name, value) -> {});
          out.printf(
              "publish %s of %s: %d bytes%n", READINGS.name(), reading.sensor(), bytes.length);
          published.add(events.publish(READINGS, reading));
        }
        kafka.settle();
        published.forEach(CompletableFuture::join);
      }
    }
    boolean isGood = Set.copyOf(handled).equals(Set.copyOf(readings));
    out.println(isGood ? "All came out as they went in." : "NOT all came out as they went in.");
    return isGood;
  }
}
