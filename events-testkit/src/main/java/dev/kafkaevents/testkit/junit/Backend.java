package dev.kafkaevents.testkit.junit;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a test runs on. Those that may not be there abort their tests, and say why; the
 * configuration parameter {@code events.testkit.demand}, with a list such as {@code
 * broker,containers}, makes that a failure.
 */
public enum Backend {
  /** An in-memory Kafka of the test's own, on virtual time. */
  MEMORY,

  /**
   * A real broker, one for all tests of a JVM, each with names of its own. It needs {@code
   * dev.kafkaevents:events-testkit-broker} on the class path.
   */
  BROKER,

  /**
   * The same in a container, of Kafka's own image {@code apache/kafka} and the version of the
   * clients, unless {@code events.testkit.image} names another. It needs {@code
   * org.testcontainers:testcontainers-kafka}, version 2, on the class path, and a Docker engine.
   */
  CONTAINERS,

  /**
   * A cluster that is there anyway, at the addresses in {@code events.testkit.bootstrap.servers},
   * without encryption or authentication. Topics and groups have names that no other run has, and
   * are deleted after each test.
   */
  EXTERNAL;

  /** As it is called in settings and reports. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Set<Backend> parse(String setting, String value) {
    Set<Backend> backends = new LinkedHashSet<>();
    for (String label : value.split(",", -1)) {
      Backend backend = null;
      for (Backend each : values()) {
        if (each.label().equalsIgnoreCase(label.strip())) {
          backend = each;
        }
      }
      if (backend == null) {
        throw new IllegalArgumentException(
            "%s is %s, must be a list of %s"
                .formatted(setting, value, Arrays.stream(values()).map(Backend::label).toList()));
      }
      backends.add(backend);
    }
    return backends;
  }
}
