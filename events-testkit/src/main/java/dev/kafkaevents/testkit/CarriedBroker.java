package dev.kafkaevents.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaevents.EventsException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * The broker that {@code events-testkit-broker} carries, made a class path for a JVM of its own:
 * the Kafka jars, and last the carrier, for its main class alone.
 *
 * <p>The jars are files inside of the carrier's jar and are unpacked once for each JVM, to be
 * removed at its exit. In the reactor, where the carrier is a directory, they are used where they
 * are.
 */
final class CarriedBroker {
  static final String MAIN_CLASS = "dev.kafkaevents.testkit.broker.BrokerMain";

  private static final String INDEX = "META-INF/kafka-broker/lib.index";
  private static final String LIB = "META-INF/kafka-broker/lib/";
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** Guarded by the lock. */
  private static @Nullable String classPath;

  private CarriedBroker() {}

  static String classPath() {
    LOCK.lock();
    try {
      if (classPath == null) {
        classPath = classPath(CarriedBroker.class.getClassLoader());
      }
      return classPath;
    } finally {
      LOCK.unlock();
    }
  }

  static String classPath(ClassLoader loader) {
    URL index = loader.getResource(INDEX);
    if (index == null) {
      throw new EventsException(
          "no Kafka broker on the class path (nothing has %s); add dev.kafkaevents:events-testkit-broker, scope test"
              .formatted(INDEX));
    }
    try {
      List<String> names = names(index);
      URLConnection connection = index.openConnection();
      if (connection instanceof JarURLConnection inJar) {
        Path carrier = Path.of(inJar.getJarFileURL().toURI());
        return classPath(unpack(carrier, names), names, carrier);
      }
      Path carrier = Path.of(index.toURI()).resolve("../../..").normalize();
      return classPath(carrier.resolve(LIB), names, carrier);
    } catch (IOException | URISyntaxException e) {
      throw new EventsException("can't use the Kafka broker of " + index, e);
    }
  }

  private static List<String> names(URL index) throws IOException {
    URLConnection connection = index.openConnection();
    connection.setUseCaches(false); // or the jar stays open for as long as this JVM runs
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), UTF_8).lines().filter(line -> !line.isBlank()).toList();
    }
  }

  private static Path unpack(Path carrier, List<String> names) throws IOException {
    Path directory = Files.createTempDirectory("kafka-broker-jars-");
    directory
        .toFile()
        .deleteOnExit(); // unlike a shutdown hook, after those that end the brokers; the last one
    // first
    try (JarFile jar = new JarFile(carrier.toFile())) {
      for (String name : names) {
        ZipEntry entry = jar.getEntry(LIB + name);
        if (entry == null) {
          throw new IOException(
              "%s lists %s and %s has no such file".formatted(INDEX, name, carrier));
        }
        Path file = directory.resolve(name);
        file.toFile().deleteOnExit();
        try (InputStream in = jar.getInputStream(entry)) {
          Files.copy(in, file);
        }
      }
    }
    return directory;
  }

  private static String classPath(Path lib, List<String> names, Path carrier) {
    return Stream.concat(names.stream().map(lib::resolve), Stream.of(carrier))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
