package dev.kafkaevents.testkit.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The process that is the broker: one node, broker and controller at once. Its one argument is a
 * properties file of broker settings, and with {@code cluster.id} if it is not alone.
 *
 * <p>It writes the line {@code READY} to stdout when clients are served, and everything else to
 * stderr. SIGTERM stops it cleanly. The end of its stdin halts it, so that it never outlives the
 * process that holds the other end.
 */
public final class BrokerMain {
  private BrokerMain() {}

  /** Runs the broker until the process is stopped, or fails with exit status 1. */
  public static void main(String[] args) {
    haltAtTheEndOfStdin();
    keepStdoutForOneLine();
    logWarningsToStderr();
    try {
      run(Path.of(args[0]));
    } catch (Throwable e) {
      e.printStackTrace();
      // The part of the broker that did start has threads that would keep the JVM.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(Path file) throws Exception {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      settings.load(reader);
    }
    Object clusterId = settings.remove("cluster.id");
    KafkaConfig config = new KafkaConfig(settings, false);
    format(settings, clusterId == null ? Uuid.randomUuid().toString() : clusterId.toString());
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "broker-stop"));
    server.startup();
    try (PrintStream stdout = stdout()) {
      stdout.println("READY");
    }
    server.awaitShutdown();
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  /** A new directory gets the cluster id; what an earlier run left stays as it is. */
  private static void format(Properties settings, String clusterId) throws Exception {
    String directory = settings.getProperty("log.dirs");
    if (Files.exists(Path.of(directory, "meta.properties"))) {
      return;
    }
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
        .setClusterId(clusterId)
        .setNodeId(Integer.parseInt(settings.getProperty("node.id")))
        .setControllerListenerName(settings.getProperty("controller.listener.names"))
        .setDirectories(List.of(directory))
        .setMetadataLogDirectory(directory)
        .run();
  }

  /** The kernel closes the other end when the parent dies, however it dies. */
  private static void haltAtTheEndOfStdin() {
    Thread watch =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException unreadable) {
                // as good as its end
              }
              Runtime.getRuntime().halt(1);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Whatever a library prints must neither look like our line nor fill a pipe that nobody empties.
   */
  private static void keepStdoutForOneLine() {
    System.setOut(System.err);
  }

  private static PrintStream stdout() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, US_ASCII);
  }

  /** Before the first logger is made. A system property of the process wins. */
  private static void logWarningsToStderr() {
    Properties properties = System.getProperties();
    // Log4j's API, which few lines of Kafka use, would complain that it has no implementation.
    properties.putIfAbsent("log4j2.StatusLogger.level", "OFF");
    properties.putIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    properties.putIfAbsent("org.slf4j.simpleLogger.showDateTime", "true");
    properties.putIfAbsent("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
  }
}
