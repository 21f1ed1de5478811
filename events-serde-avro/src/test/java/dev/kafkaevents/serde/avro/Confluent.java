package dev.kafkaevents.serde.avro;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The genuine Confluent 7.0.1 serializers, as the build has unpacked them. */
final class Confluent implements AutoCloseable {
  private static final Path JARS = Path.of("target", "confluent");

  private final URLClassLoader loader;
  private final BiFunction<String, Object[], Object> side;

  @SuppressWarnings("unchecked") // ConfluentSide of the other loader
  Confluent(Map<String, Object> settings) throws Exception {
    List<URL> urls = jars("");
    urls.add(location(ConfluentSide.class));
    this.loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.side =
        within(
            () ->
                (BiFunction<String, Object[], Object>)
                    loader
                        .loadClass(ConfluentSide.class.getName())
                        .getConstructor(Map.class)
                        .newInstance(settings));
  }

  /**
   * Their classes as an application has them: on Kafka's clients and the log of this class path;
   * only Avro is theirs.
   */
  static ClassLoader onOurKafka() throws IOException {
    ClassLoader ours = Confluent.class.getClassLoader();
    ClassLoader kafka =
        new ClassLoader(ClassLoader.getPlatformClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("org.apache.kafka.") || name.startsWith("org.slf4j.")) {
              return ours.loadClass(name);
            }
            throw new ClassNotFoundException(name);
          }
        };
    return new URLClassLoader(jars("kafka-clients").toArray(URL[]::new), kafka);
  }

  private static List<URL> jars(String without) throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> jars = Files.walk(JARS)) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        if (without.isEmpty() || !jar.getFileName().toString().startsWith(without)) {
          urls.add(jar.toUri().toURL());
        }
      }
    }
    for (Class<?> also : List.of(ObjectMapper.class, JsonFactory.class, JsonProperty.class)) {
      urls.add(location(also));
    }
    return urls;
  }

  private static URL location(Class<?> type) throws MalformedURLException {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  byte[] write(String topic, Object payload) throws Exception {
    return (byte[]) within(() -> side.apply("write", new Object[] {topic, payload}));
  }

  /** A record, as its schema and its JSON. */
  byte[] write(String topic, String schema, String json) throws Exception {
    return (byte[]) within(() -> side.apply("write record", new Object[] {topic, schema, json}));
  }

  /** A record as JSON; one value as it is. */
  Object read(String topic, byte[] value) throws Exception {
    return within(() -> side.apply("read", new Object[] {topic, value}));
  }

  private interface Work<R> {
    R run() throws Exception;
  }

  private <R> R within(Work<R> work) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
