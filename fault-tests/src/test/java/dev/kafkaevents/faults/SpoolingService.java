package dev.kafkaevents.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An application in a process of its own that publishes with a spool, to be killed. What it was
 * told of its events is kept here over all its lives.
 */
final class SpoolingService {
  static final int KEYS = 50;

  /** How it exits when it was to die by itself. */
  static final int DIED_WHILE_SENDING = 86;

  /** Events of a life have higher numbers than those of the life before. */
  private static final int LIFE = 10_000_000;

  private final Cluster cluster;
  private final String topic;
  private final Path directory;

  /** By outcome. */
  private final Map<String, Set<Step>> told = new ConcurrentHashMap<>();

  /** Moments, in nanoseconds, and how many messages were in the spool then; of the last life. */
  private final List<long[]> left = new ArrayList<>();

  private volatile Process process;
  private volatile Thread reader;
  private volatile boolean closed;
  private int lives;

  SpoolingService(Cluster cluster, String topic, Path directory) {
    this.cluster = cluster;
    this.topic = topic;
    this.directory = directory;
  }

  void start() {
    start(0);
  }

  /**
   * Begins a life.
   *
   * @param lastSent it dies when it has sent so many from its spool, and more are left; 0 is never
   */
  void start(int lastSent) {
    try {
      left.clear();
      process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx192m",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SpoolMain.class.getName(),
                  cluster.bootstrapServers(),
                  topic,
                  directory.toString(),
                  String.valueOf(LIFE * lives++),
                  String.valueOf(lastSent))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      reader = new Thread(this::read, "spooling-reader");
      reader.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split("\t", -1);
        switch (words[0]) {
          case "left" -> {
            synchronized (left) {
              left.add(new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
            }
          }
          case "closed" -> closed = true;
          default ->
              told.computeIfAbsent(words[0], outcome -> ConcurrentHashMap.newKeySet())
                  .add(new Step(words[1], Integer.parseInt(words[2])));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<Step> told(String outcome) {
    return told.getOrDefault(outcome, Set.of());
  }

  Set<String> outcomes() {
    return told.keySet();
  }

  /** How many were in the spool, when it was last told; -1 before. */
  long left() {
    synchronized (left) {
      return left.isEmpty() ? -1 : left.get(left.size() - 1)[1];
    }
  }

  /**
   * From the most that this life had in its spool down to nothing: messages and nanoseconds. Zeros
   * if the life before had sent all of it before it was killed.
   */
  long[] emptied() {
    synchronized (left) {
      long[] most = left.get(0);
      for (long[] one : left) {
        if (one[1] > most[1]) {
          most = one;
        }
        if (one[1] == 0 && most[1] > 0) {
          return new long[] {most[1], one[0] - most[0]};
        }
      }
      return new long[] {0, 0};
    }
  }

  /** With SIGKILL; returns when all it ever said has been heard. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Waits until it has died by itself; whether that was while it was sending. */
  boolean awaitDeath() {
    awaitEnd();
    return process.exitValue() == DIED_WHILE_SENDING;
  }

  /** In order; whether it said that it was closed. */
  boolean close() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitEnd();
    return closed;
  }

  @Override
  public String toString() {
    Map<String, Integer> counts = new TreeMap<>();
    told.forEach((outcome, steps) -> counts.put(outcome, steps.size()));
    return "life " + lives + " with " + counts + ", and " + left() + " in the spool";
  }

  private void awaitEnd() {
    try {
      process.waitFor();
      reader.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
