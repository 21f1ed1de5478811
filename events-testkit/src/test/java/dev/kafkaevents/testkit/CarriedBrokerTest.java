package dev.kafkaevents.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaevents.EventsException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CarriedBrokerTest {
  private static final Map<String, String> CARRIER =
      Map.of(
          "META-INF/kafka-broker/lib.index", "a-1.jar\nb-2.jar\n",
          "META-INF/kafka-broker/lib/a-1.jar", "a",
          "META-INF/kafka-broker/lib/b-2.jar", "b");

  @TempDir Path temp;

  @Test
  void noCarrier_isAnErrorThatNamesTheDependency() throws IOException {
    try (URLClassLoader nothing = loader()) {
      assertThatThrownBy(() -> CarriedBroker.classPath(nothing))
          .isInstanceOf(EventsException.class)
          .hasMessageContaining("dev.kafkaevents:events-testkit-broker");
    }
  }

  @Test
  void carrierIsAJar_itsJarsAreUnpacked_andItComesLast() throws IOException {
    Path carrier = temp.resolve("a carrier+1.jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(carrier))) {
      for (Map.Entry<String, String> file : CARRIER.entrySet()) {
        jar.putNextEntry(new ZipEntry(file.getKey()));
        jar.write(file.getValue().getBytes(UTF_8));
      }
    }

    try (URLClassLoader loader = loader(carrier)) {
      List<Path> classPath = split(CarriedBroker.classPath(loader));
      assertThat(classPath).hasSize(3).last().isEqualTo(carrier);
      assertThat(classPath.get(0)).hasFileName("a-1.jar").hasContent("a");
      assertThat(classPath.get(1)).hasFileName("b-2.jar").hasContent("b");
    }
  }

  @Test
  void carrierIsADirectory_itsJarsAreUsedInPlace() throws IOException {
    Path carrier = temp.resolve("target/classes");
    for (Map.Entry<String, String> file : CARRIER.entrySet()) {
      Path path = carrier.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }

    try (URLClassLoader loader = loader(carrier)) {
      Path lib = carrier.resolve("META-INF/kafka-broker/lib");
      assertThat(split(CarriedBroker.classPath(loader)))
          .containsExactly(lib.resolve("a-1.jar"), lib.resolve("b-2.jar"), carrier);
    }
  }

  @Test
  void indexNamesAFileThatIsNotThere_isAnErrorThatNamesIt() throws IOException {
    Path carrier = temp.resolve("carrier.jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(carrier))) {
      jar.putNextEntry(new ZipEntry("META-INF/kafka-broker/lib.index"));
      jar.write("gone-1.jar".getBytes(UTF_8));
    }

    try (URLClassLoader loader = loader(carrier)) {
      assertThatThrownBy(() -> CarriedBroker.classPath(loader))
          .isInstanceOf(EventsException.class)
          .cause()
          .hasMessageContaining("gone-1.jar");
    }
  }

  private static URLClassLoader loader(Path... classPath) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (Path path : classPath) {
      urls.add(path.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), null);
  }

  private static List<Path> split(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1)).map(Path::of).toList();
  }
}
