package dev.kafkaevents.examples.settings;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import dev.kafkaevents.Topic;
import dev.kafkaevents.core.KafkaEvents;
import dev.kafkaevents.core.NameMapper;
import dev.kafkaevents.examples.cluster.Checklist;
import dev.kafkaevents.examples.cluster.Cluster;
import dev.kafkaevents.serde.json.JsonSerde;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A factory that takes a map, as a host has it from its files. */
public final class SettingsMap {
  private static final Topic<String> GREETINGS = Topic.of("greetings", String.class);

  /** Four of its settings are wrong; the last is not, and nobody is to read it. */
  private static final Map<String, String> WRONG =
      Map.of(
          "events.aplication", "shop",
          "events.close-timeout", "soon",
          "kafka.bootstrap.servers", "http://nowhere",
          "kafka.producer.acks", "1",
          "kafka.ssl.keystore.password", "SECRET");

  private final PrintStream out;
  private final Checklist list;

  private SettingsMap(PrintStream out) {
    this.out = out;
    this.list = new Checklist(out);
  }

  /** The factory. To be closed, as in try-with-resources. */
  private static Events events(Map<String, String> settings, NameMapper names) {
    return KafkaEvents.builder(EventsConfig.from(settings))
        .serde(JsonSerde.factory())
        .names(names)
        .build();
  }

  /** Whether all happened that it shows. */
  static boolean run(PrintStream out)
      throws InterruptedException, ExecutionException, TimeoutException {
    SettingsMap example = new SettingsMap(out);
    example.wrong();
    try (Cluster cluster = Cluster.connect("settings-map")) {
      out.println("\nKafka: " + cluster);
      cluster.createTopic(GREETINGS.name(), 1);
      example.right(cluster);
    }
    return example.list.conclude();
  }

  private void wrong() {
    out.println("A map that is wrong:");
    try (Events events = events(WRONG, NameMapper.identity())) {
      list.check("it is refused, and not " + events, false);
    } catch (EventsConfigException e) {
      e.problems().forEach(problem -> out.println("    - " + problem));
      list.check(
          "each problem is told, at once",
          tells(e.problems(), "events.aplication")
              && tells(e.problems(), "events.close-timeout")
              && tells(e.problems(), "kafka.bootstrap.servers")
              && tells(e.problems(), "acks"));
      list.check("no secret is", !tells(e.problems(), "SECRET"));
    }
  }

  private static boolean tells(List<String> problems, String name) {
    return problems.stream().anyMatch(problem -> problem.contains(name));
  }

  private void right(Cluster cluster)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<String, String> settings =
        Map.of(
            "events.application", "shop",
            "events.close-timeout", "5s",
            "kafka.bootstrap.servers", cluster.config().bootstrapServers(),
            "kafka.producer.linger.ms", "0");
    out.println("\nA map that is right, and what becomes of it:");
    EventsConfig.from(settings).describe().lines().forEach(line -> out.println("    " + line));
    Events events = events(settings, cluster.names());
    try (events) {
      var published = events.publish(GREETINGS, "hello").get(60, TimeUnit.SECONDS);
      list.check("an event is published", published.position().offset() == 0);
    }
    list.check(
        "and none when they are closed",
        events.publish(GREETINGS, "too late").isCompletedExceptionally());
  }

  /** Ends with 0 if all happened that it shows, and with 1 if not. */
  public static void main(String[] args) throws Exception {
    System.exit(run(System.out) ? 0 : 1);
  }
}
