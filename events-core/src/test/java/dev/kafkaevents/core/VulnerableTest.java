package dev.kafkaevents.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.Events;
import dev.kafkaevents.EventsConfig;
import dev.kafkaevents.EventsConfigException;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VulnerableTest {
  @ParameterizedTest
  @ValueSource(strings = {"2.8.0", "3.8.1", "3.9.1", "4.0.0", "4.0.1", "4.1.1", "4.1.1-ccs"})
  void clientsThatMayStoreEventsElsewhere_areNamed(String version) {
    assertThat(Vulnerable.problem(version))
        .contains("kafka-clients " + version, "CVE-2026-35554", "or later");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.9.2", "4.0.2", "4.1.2", "4.2.0", "4.10.0", "5.0.0", "unknown", "4.4"})
  void othersAreNot(String version) {
    assertThat(Vulnerable.problem(version)).isNull();
  }

  @Test
  void theseClientsAreNot() {
    assertThat(Vulnerable.problem(AppInfoParser.getVersion())).isNull();
  }

  @Test
  void clientsThatAre_areRefused_whenEventsAreBuilt(@TempDir Path first) throws Exception {
    Files.writeString(
        Files.createDirectory(first.resolve("kafka")).resolve("kafka-version.properties"),
        "version=3.9.1\ncommitId=0\n");
    List<URL> classPath = new ArrayList<>(List.of(first.toUri().toURL()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      classPath.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Callable<?> build =
          (Callable<?>)
              loader.loadClass(Build.class.getName()).getDeclaredConstructor().newInstance();
      assertThatThrownBy(build::call)
          .satisfies(
              e ->
                  assertThat(e.getClass().getName())
                      .isEqualTo(EventsConfigException.class.getName()))
          .hasMessageContainingAll("kafka-clients 3.9.1", "CVE-2026-35554");
    }
  }

  /** Loaded again, where the clients call themselves older. */
  public static final class Build implements Callable<Events> {
    public Build() {}

    @Override
    public Events call() {
      return KafkaEvents.builder(EventsConfig.of("orders", "127.0.0.1:1")).build();
    }
  }
}
