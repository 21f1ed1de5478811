package dev.kafkaevents.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** What one broker has on disk: settings, data and log, in a temporary directory. */
record BrokerFiles(Path directory) {
  private static final int TAIL_LINES = 40;

  static BrokerFiles create() {
    try {
      BrokerFiles files = new BrokerFiles(Files.createTempDirectory("kafka-broker-"));
      Files.createDirectory(files.data());
      Files.createDirectory(files.temporary());
      Files.createFile(files.log());
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no directory for a broker in " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  Path settings() {
    return directory.resolve("broker.properties");
  }

  Path data() {
    return directory.resolve("data");
  }

  Path log() {
    return directory.resolve("broker.log");
  }

  /**
   * For the broker's own temporary files, which a kill would leave elsewhere: native libraries of
   * compression codecs.
   */
  Path temporary() {
    return directory.resolve("tmp");
  }

  void writeSettings(Properties settings) {
    try (Writer writer = Files.newBufferedWriter(settings())) {
      settings.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + settings(), e);
    }
  }

  /** The last lines of the log, for an exception's message. */
  String logTail() {
    List<String> lines = readLog().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  boolean logHas(String text) {
    return readLog().contains(text);
  }

  /** Whatever its bytes are: no charset exception may hide what the broker had to say. */
  private String readLog() {
    try {
      return new String(Files.readAllBytes(log()), UTF_8);
    } catch (IOException e) {
      return "(unreadable: " + e + ")";
    }
  }

  /** Nothing if it is deleted already. */
  void delete() {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException deletedAlready) {
      // as wanted
    } catch (IOException e) {
      throw new UncheckedIOException("can't remove " + directory, e);
    }
  }
}
