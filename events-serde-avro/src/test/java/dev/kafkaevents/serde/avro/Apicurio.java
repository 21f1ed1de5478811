package dev.kafkaevents.serde.avro;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Apicurio's registry in a process of its own, in memory, as the build has unpacked it. */
final class Apicurio implements AutoCloseable {
  private static final Path UNPACKED = Path.of("target", "apicurio");
  private static final int OLDEST_JAVA = 21;

  private final Process process;
  private final String url;

  private Apicurio(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** A Java that it runs on; the one that runs the tests, or one that is installed beside it. */
  static Optional<Path> java() {
    Path own = Path.of(System.getProperty("java.home"));
    if (Runtime.version().feature() >= OLDEST_JAVA) {
      return Optional.of(own);
    }
    try (Stream<Path> beside = Files.list(own.getParent())) {
      return beside.filter(Apicurio::isNewEnough).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isNewEnough(Path home) {
    try {
      return Files.isExecutable(home.resolve("bin").resolve("java"))
          && Files.readAllLines(home.resolve("release")).stream()
              .filter(line -> line.startsWith("JAVA_VERSION="))
              .map(line -> line.replaceAll("\\D*(\\d+).*", "$1"))
              .anyMatch(version -> Integer.parseInt(version) >= OLDEST_JAVA);
    } catch (IOException e) {
      return false;
    }
  }

  static Apicurio start(Path java, Path directory) throws IOException {
    int port = freePort();
    Process process =
        new ProcessBuilder(
                java.resolve("bin").resolve("java").toString(),
                "-Xmx384m",
                "-Djava.io.tmpdir=" + directory,
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + freePort(),
                "-Dapicurio.datasource.jdbc.initial-size=2",
                "-Dapicurio.datasource.jdbc.min-size=2",
                "-jar",
                UNPACKED.resolve("quarkus-run.jar").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("apicurio.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Apicurio apicurio = new Apicurio(process, "http://127.0.0.1:" + port);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> !process.isAlive() || apicurio.answers("/apis/ccompat/v7/subjects"));
    if (!process.isAlive()) {
      throw new IOException(
          "Apicurio ended: " + Files.readString(directory.resolve("apicurio.log")));
    }
    return apicurio;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers(String path) {
    try {
      return send("GET", path, "") == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int send(String method, String path, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** It takes anything into a subject until it is told not to. */
  Apicurio compatible() throws IOException, InterruptedException {
    for (String version : List.of("v7", "v8")) {
      send("PUT", "/apis/ccompat/" + version + "/config", "{\"compatibility\":\"BACKWARD\"}");
    }
    return this;
  }

  /** The API that is like Confluent's, in one of its versions. */
  String url(String version) {
    return url + "/apis/ccompat/" + version;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join(); // what it has is in memory
  }
}
