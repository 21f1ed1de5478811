package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What pages point to is there. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+(?:IT|Test))`");

  private static final Set<String> CLASSES =
      Page.files(".java").stream()
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .collect(Collectors.toSet());

  static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_leadSomewhere(Page page) {
    List<String> dead = new ArrayList<>();
    for (MatchResult link : all(LINK, page)) {
      Path file = link.group(1).isEmpty() ? page.file() : page.file().resolveSibling(link.group(1));
      if (!Files.exists(file)
          || (link.group(2) != null && !anchors(file).contains(link.group(2)))) {
        dead.add(link.group());
      }
    }
    assertThat(dead).as("links of %s to what is not there", page).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void testsThatAreNamed_exist(Page page) {
    assertThat(all(TEST, page))
        .extracting(test -> test.group(1))
        .filteredOn(test -> !CLASSES.contains(test))
        .as("tests that %s names and nobody has", page)
        .isEmpty();
  }

  @Test
  void typesThatAreDrawn_exist() {
    String drawing = String.join("\n", Page.linesOf(Page.ROOT.resolve("docs/images/concepts.svg")));
    Set<String> drawn =
        Pattern.compile("class=\"type\"[^>]*>(\\w+)<")
            .matcher(drawing)
            .results()
            .map(type -> type.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    drawn.remove("Producer"); // Kafka's
    assertThat(drawn).contains("Lanes").filteredOn(type -> !CLASSES.contains(type)).isEmpty();
  }

  private static List<MatchResult> all(Pattern pattern, Page page) {
    return pattern.matcher(String.join("\n", page.prose())).results().toList();
  }

  /** What GitHub calls the headings. */
  private static List<String> anchors(Path page) {
    return Page.linesOf(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
