package dev.kafkaevents.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The POMs as they are published, which are not the files that were written. */
class PublishedPomsTest {
  private static final Path ROOT = Path.of("..");
  private static final String FLATTENED = "/.flattened-pom.xml";

  /** What its name says is published. */
  private final List<String> modules = all("<module>(events-(?!bom)[^<]+)", read("pom.xml"));

  @Test
  void bom_listsEveryModuleAndNothingElse() {
    String bom = read("events-bom" + FLATTENED);
    String managed = bom.substring(bom.indexOf("<dependencyManagement>"));

    assertThat(all("<artifactId>([^<]+)", managed)).containsExactlyInAnyOrderElementsOf(modules);
    assertThat(all("<groupId>([^<]+)", managed)).containsOnly("dev.kafkaevents");
  }

  @Test
  void everyPomStandsAlone_noParentNoPropertyNoPlaceholder() {
    assertThat(Stream.concat(Stream.of("events-bom"), modules.stream()))
        .allSatisfy(
            module ->
                assertThat(read(module + FLATTENED))
                    .doesNotContain("<parent>", "<properties>", "${"));
  }

  @Test
  void theCarriedBrokerIsNobodysDependency() {
    assertThat(read("events-testkit-broker" + FLATTENED)).doesNotContain("<dependenc");
  }

  private static List<String> all(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(m -> m.group(1)).toList();
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
