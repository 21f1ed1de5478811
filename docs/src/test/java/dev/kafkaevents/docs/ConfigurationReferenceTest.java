package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of docs/configuration.md are what the code says. */
class ConfigurationReferenceTest {
  private static final String BEGIN = "<!-- from the code -->";
  private static final String END = "<!-- to here -->";
  private static final String REWRITE =
      "mvn -q -pl docs -am test -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dreference.rewrite";

  @Test
  void reference_isWhatTheCodeSays() throws IOException {
    Page page = Page.of("docs/configuration.md");
    int begin = page.lines().indexOf(BEGIN);
    int end = page.lines().indexOf(END);
    assertThat(begin).as("line of " + BEGIN).isBetween(0, end);

    List<String> reference = ConfigurationReference.lines();
    if (System.getProperty("reference.rewrite") != null) {
      List<String> rewritten = new ArrayList<>(page.lines().subList(0, begin + 1));
      rewritten.addAll(reference);
      rewritten.addAll(page.lines().subList(end, page.lines().size()));
      Files.write(page.file(), rewritten);
      return;
    }
    assertThat(page.lines().subList(begin + 1, end))
        .as("the reference in %s; to write it anew: %s", page, REWRITE)
        .isEqualTo(reference);
  }
}
