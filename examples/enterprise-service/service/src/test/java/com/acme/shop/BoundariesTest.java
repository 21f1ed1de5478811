package com.acme.shop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the teams have agreed on. */
class BoundariesTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void onlyTheAssembly_knowsTheImplementation() throws IOException {
    assertThat(classesWith("dev/kafkaevents/core/")).containsExactly("EventsAssembly.class");
  }

  @Test
  void theTeams_knowNeitherSpringNorEachOther() throws IOException {
    assertThat(classesWith("org/springframework/"))
        .contains("Shop.class")
        .doesNotContain("Orders.class", "Shipping.class");
    assertThat(classesWith("com/acme/shipping/")).doesNotContain("Orders.class");
    assertThat(classesWith("com/acme/orders/")).doesNotContain("Shipping.class");
  }

  @Test
  void versionsOfKafkaEvents_comeFromTheBomAlone() throws IOException {
    Pattern withVersion =
        Pattern.compile(
            "<groupId>dev\\.kafkaevents</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>");
    try (Stream<Path> poms = Files.find(ROOT, 2, (file, is) -> file.endsWith("pom.xml"))) {
      List<Path> all = poms.toList();
      assertThat(all).hasSize(6);
      assertThat(all)
          .flatMap(
              pom ->
                  withVersion
                      .matcher(Files.readString(pom))
                      .results()
                      .map(dependency -> dependency.group(1))
                      .toList())
          .containsExactly("events-bom");
    }
  }

  /** The names of the classes of all modules in whose constants there is {@code name}. */
  private static List<String> classesWith(String name) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().matches("\\.\\./[a-z]+/target/classes/.*\\.class"))
          .filter(file -> contains(file, name))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  private static boolean contains(Path file, String name) {
    try {
      return new String(Files.readAllBytes(file), ISO_8859_1).contains(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
