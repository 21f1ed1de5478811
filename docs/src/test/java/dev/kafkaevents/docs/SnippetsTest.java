package dev.kafkaevents.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Code on a page is code that is compiled, and runs in tests: each block is in one source file,
 * line by line, whatever the indentation. At its blank lines the file may have more.
 */
class SnippetsTest {
  /** What stands in sources for what a reader has to put there. */
  private static final Map<String, String> FOR_READERS =
      Map.of("localhost9092", "\"localhost:9092\"", "@project.version@", "0.1.0-SNAPSHOT");

  /** Held to code by the engineers who write them, later. */
  private static final Set<String> ELSEWHERE =
      Set.of("docs/resilience.md", "examples/workflow-events/README.md");

  /** Where code of a language comes from. */
  private static final Map<String, Map<Path, String>> SOURCES =
      Map.of(
          "java", sources(".java"),
          "xml", sources("pom.xml"),
          "properties", sources(".properties"),
          "yaml", sources("application.yaml"));

  private static Map<Path, String> sources(String suffix) {
    Map<Path, String> sources = new TreeMap<>();
    for (Path file : Page.files(suffix)) {
      sources.put(file, plain(Page.linesOf(file)));
    }
    return sources;
  }

  private static String plain(List<String> lines) {
    StringBuilder plain = new StringBuilder("\n");
    for (String line : lines) {
      if (!line.isBlank()) {
        plain.append(line.strip()).append('\n');
      }
    }
    String text = plain.toString();
    for (Map.Entry<String, String> each : FOR_READERS.entrySet()) {
      text = text.replace(each.getKey(), each.getValue());
    }
    return text;
  }

  static Stream<Page.Block> code() {
    return SOURCES.keySet().stream()
        .sorted()
        .flatMap(SnippetsTest::blocks)
        .filter(block -> !isContract(block));
  }

  /** Is held to the contract by a test of events-contracts. */
  private static boolean isContract(Page.Block block) {
    return block.language().equals("yaml") && block.page().equals("docs/contracts.md");
  }

  private static Stream<Page.Block> blocks(String language) {
    return Page.all().stream()
        .flatMap(page -> page.blocks().stream())
        .filter(block -> !ELSEWHERE.contains(block.page()))
        .filter(block -> block.language().equals(language));
  }

  @ParameterizedTest
  @MethodSource("code")
  void code_isInTheSources(Page.Block block) {
    find(block, SOURCES.get(block.language()));
  }

  @Test
  void codeIsCalledCode() {
    assertThat(blocks("").filter(block -> block.lines().stream().anyMatch(l -> l.endsWith(";"))))
        .as("blocks that look like Java: begin them with ```java")
        .isEmpty();
  }

  private static void find(Page.Block block, Map<Path, String> sources) {
    List<String> parts =
        Pattern.compile("\n\\s*\n")
            .splitAsStream(String.join("\n", block.lines()))
            .map(part -> plain(part.lines().toList()))
            .toList();
    String bestFile = "none";
    int best = -1;
    for (Map.Entry<Path, String> source : sources.entrySet()) {
      int found = found(parts, source.getValue());
      if (found > best) {
        best = found;
        bestFile = Page.ROOT.relativize(source.getKey()).toString();
      }
    }
    assertThat(best)
        .as(
            "parts between blank lines of %s that are in %s, the nearest source file; it does not have\n%s",
            block, bestFile, best < parts.size() ? parts.get(best) : "")
        .isEqualTo(parts.size());
  }

  /** How many of {@code parts}, from the first on, are in {@code source} one after the other. */
  private static int found(List<String> parts, String source) {
    int from = 0;
    for (int i = 0; i < parts.size(); i++) {
      int at = source.indexOf(parts.get(i), from);
      if (at < 0) {
        return i;
      }
      from = at + parts.get(i).length() - 1; // its line break begins the next
    }
    return parts.size();
  }
}
