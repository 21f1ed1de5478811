package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.Position;
import dev.kafkaevents.RejectedException;
import dev.kafkaevents.Settlement;
import dev.kafkaevents.testkit.history.History;
import dev.kafkaevents.testkit.history.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * An application in a process of its own, to be killed, with as many members of the group in it as
 * join. What they do it tells on its standard output, and that goes into a history.
 */
final class Service implements AutoCloseable {
  /** What stands between an event and its handler. */
  enum Mode {
    /** Nothing: no event fails. */
    PLAIN,
    /**
     * Dead letters, retries and a breaker, and events that fail in each of the ways they answer.
     */
    RESILIENT,
    /** A topic of retries, where each event comes to that fails where it was first. */
    LATER
  }

  private final History history;
  private final Process process;
  private final Thread reader;
  private final Map<String, Member> members = new ConcurrentHashMap<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final Set<String> handled = ConcurrentHashMap.newKeySet();

  private Service(History history, Process process) {
    this.history = history;
    this.process = process;
    this.reader = new Thread(this::read, "service-reader");
  }

  static Service start(Cluster cluster, String topic, String group, History history) {
    return start(cluster, topic, group, Mode.PLAIN, history);
  }

  static Service start(Cluster cluster, String topic, String group, Mode mode, History history) {
    try {
      Process process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx192m",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ServiceMain.class.getName(),
                  cluster.bootstrapServers(),
                  topic,
                  group,
                  mode.name())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Service service = new Service(history, process);
      service.reader.start();
      return service;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A member joins, under a name that none had before, whose handler takes {@code work}. */
  void join(String member, Duration work, Map<String, String> consumer) {
    members.put(member, history.member(member));
    say(
        "join\t"
            + member
            + "\t"
            + work.toNanos()
            + "\t"
            + consumer.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(";")));
  }

  /** A member closes, in order. */
  void leave(String member) {
    say("leave\t" + member);
  }

  /** What made subscriptions stop that were not to. */
  List<String> failures() {
    return failures;
  }

  /** The ids of all events that were handled, on whatever topic. */
  Set<String> handled() {
    return handled;
  }

  private void say(String command) {
    try {
      process.getOutputStream().write((command + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hear(line.split("\t", -1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void hear(String[] line) {
    if (line[0].equals("stopped")) {
      failures.add(String.join(" ", line));
      return;
    }
    Member member =
        members.get(line[1]).at(Long.parseLong(line[2])).onThread(Long.parseLong(line[3]));
    String topic = line[4];
    int partition = Integer.parseInt(line[5]);
    long offset = Long.parseLong(line[6]);
    Position at = new Position(topic, partition, offset);
    switch (line[0]) {
      case "delivered" -> member.delivered(at, line[7], line[8], Integer.parseInt(line[9]));
      case "retry" -> member.retryScheduled(at);
      case "handled" -> {
        handled.add(line[7]);
        member.settled(at, Settlement.handled());
      }
      case "later" -> member.settled(at, Settlement.skipped("later"));
      case "dead" -> {
        Position letter = new Position(line[7], Integer.parseInt(line[8]), Long.parseLong(line[9]));
        member.settled(at, Settlement.deadLettered(letter, new RejectedException("in there")));
      }
      case "committed" -> member.committed(topic, partition, offset);
      case "assigned" -> member.assigned(topic, partition);
      case "revoked" -> member.revoked(topic, partition);
      case "lost" -> member.lost(topic, partition);
      default -> throw new IllegalArgumentException(line[0]);
    }
  }

  /** With SIGKILL; returns when all it ever said has been heard. */
  void kill() {
    close();
    members.values().forEach(Member::crashed);
    members.clear();
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
      reader.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
